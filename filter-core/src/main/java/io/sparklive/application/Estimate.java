// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Duration;
import java.util.Optional;

/**
 * An estimate of the time until a job ends, from the pace of its tasks.
 *
 * @param rest the time from the report on; empty if the pace is uneven, so that no estimate holds
 */
public record Estimate(Optional<Duration> rest) {
  private static final Estimate UNEVEN = new Estimate(Optional.empty());
  // Before, the start of the job dominates the pace.
  private static final double MIN_SHARE = 0.1;
  private static final Duration MIN_TIME = Duration.ofSeconds(30);
  // Tasks end in waves: between two waves the pace differs by less than this in most jobs.
  private static final double MAX_RATIO = 1.6;

  /**
   * Estimates the rest of the running job. If no task has finished for longer than the rest, the
   * last tasks take longer than the others, and no estimate holds.
   *
   * @return empty if it is too early, or if not exactly one job runs: only one job has a pace
   */
  public static Optional<Estimate> of(Progress progress) {
    Optional<JobProgress> job = progress.jobs().filter(running -> running.running() == 1);
    return job.flatMap(
        running ->
            progress.activity().pace().flatMap(pace -> estimate(progress, running.tasks(), pace)));
  }

  private static Optional<Estimate> estimate(
      Progress progress, TaskCounts tasks, Activity.Pace pace) {
    double done = Activity.Pace.doneOf(tasks);
    double left = tasks.total() - done;
    double elapsed = Duration.between(pace.start(), progress.asOf()).toMillis();
    boolean isEarly = tasks.done() < MIN_SHARE * tasks.total() && elapsed < MIN_TIME.toMillis();
    if (isEarly || tasks.done() == 0 || left <= 0 || elapsed <= 0) {
      return Optional.empty();
    }
    double average = (done - pace.startDone()) / elapsed;
    double lastPart = Duration.between(pace.middle(), progress.asOf()).toMillis();
    double current = lastPart <= 0 ? average : (done - pace.middleDone()) / lastPart;
    if (average <= 0 || current > MAX_RATIO * average || average > MAX_RATIO * current) {
      return Optional.of(UNEVEN);
    }
    Duration rest = Duration.ofMillis(Math.round(left / average));
    Duration unfinished = Duration.between(progress.activity().lastFinish(), progress.asOf());
    boolean isContradicted = unfinished.compareTo(MIN_TIME) >= 0 && unfinished.compareTo(rest) > 0;
    return Optional.of(isContradicted ? UNEVEN : new Estimate(Optional.of(rest)));
  }
}
