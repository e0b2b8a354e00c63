// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

/**
 * Numbers of tasks by status, counted as in Spark's own progress bars.
 *
 * @param total all known tasks, without the skipped ones
 * @param done the tasks that have succeeded
 * @param active the tasks that run
 * @param failed the attempts that have failed; Spark repeats some of them
 * @param killed the attempts that were killed
 * @param skipped the tasks that need not run, as their results exist already
 */
public record TaskCounts(int total, int done, int active, int failed, int killed, int skipped) {
  public static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

  /** A program may report any number, so {@code done} is limited to {@code total}. */
  public TaskCounts {
    done = Math.min(done, total);
  }

  /** The sums of both, number by number. */
  public TaskCounts plus(TaskCounts other) {
    return new TaskCounts(
        sum(total, other.total),
        sum(done, other.done),
        sum(active, other.active),
        sum(failed, other.failed),
        sum(killed, other.killed),
        sum(skipped, other.skipped));
  }

  private static int sum(int one, int other) {
    return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
  }
}
