package io.sparklive.application;

/**
 * How many tasks there are, and what has become of them, counted as Spark's own progress bars do.
 *
 * @param total how many are known, without those that are skipped
 * @param done how many of these have succeeded
 * @param active how many run
 * @param failed how many attempts have failed, some of which are made again
 * @param killed how many attempts were killed
 * @param skipped how many need not run, as their results are there already
 */
public record TaskCounts(int total, int done, int active, int failed, int killed, int skipped) {
  public static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

  /** A program may claim any number: no more are done than there are. */
  public TaskCounts {
    done = Math.min(done, total);
  }

  /** Both together. */
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
