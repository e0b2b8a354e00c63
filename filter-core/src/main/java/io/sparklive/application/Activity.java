// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import io.sparklive.application.Progress.Executors;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The differences between the reports of a driver: since when no task has finished, how long no job
 * has run, the pace of a job. Each report makes a new value from the value before; all times are
 * those of reports, so that they claim nothing about a time in which the driver was not polled.
 * Immutable, and a few hundred bytes long.
 *
 * @param lastFinish when a task was last seen to finish, or the first report
 * @param failingSince since when jobs or tasks fail, by {@link Diagnosis#isFailing}
 * @param waitingSince since when jobs run, but none of their tasks
 * @param finishingSince since when all tasks of the running jobs are done, or a query runs without
 *     a job
 * @param idleSince since when neither a job nor a query runs
 * @param idleCoreMillis the core time that executors were held since then, in milliseconds
 * @param pace the pace of the newest running job
 * @param garbageCollection the share of garbage collection
 */
public record Activity(
    Instant lastFinish,
    Optional<Instant> failingSince,
    Optional<Instant> waitingSince,
    Optional<Instant> finishingSince,
    Optional<Instant> idleSince,
    long idleCoreMillis,
    Optional<Pace> pace,
    Optional<GarbageCollection> garbageCollection) {

  /**
   * The state after a report.
   *
   * @param before the report before; empty if this is the first
   * @param asOf the time of the report
   */
  public static Activity of(
      Optional<Progress> before,
      Instant asOf,
      Optional<Executors> executors,
      Optional<JobProgress> jobs,
      Optional<Progress.EndedJob> lastEnded,
      Progress.Queries queries) {
    return new Report(before, asOf, executors, jobs, lastEnded, queries).activity();
  }

  /** One report together with the one before. */
  private record Report(
      Optional<Progress> before,
      Instant asOf,
      Optional<Executors> executors,
      Optional<JobProgress> jobs,
      Optional<Progress.EndedJob> lastEnded,
      Progress.Queries queries) {

    Activity activity() {
      boolean isWorking = queries.sql().isPresent() || isJobRunning();
      Optional<Instant> idleSince = isWorking ? Optional.empty() : Optional.of(idleSince());
      return new Activity(
          lastFinish(),
          failingSince(),
          since(Activity::waitingSince, isWaiting() && !hasTaskStarted()),
          finishingSince(),
          idleSince,
          idleSince.isPresent() ? idleCoreMillis() : 0,
          jobs.filter(job -> isJobRunning()).map(job -> Pace.of(previousPace(), job, asOf)),
          executors
              .map(now -> GarbageCollection.of(previous(Activity::garbageCollection), now, asOf))
              .or(() -> previous(Activity::garbageCollection)));
    }

    /** At the first report, the driver's own time of the end of its failed job. */
    private Optional<Instant> failingSince() {
      Optional<Instant> ended =
          jobs.filter(job -> before.isEmpty() && !isJobRunning())
              .flatMap(JobProgress::ended)
              .filter(end -> end.isBefore(asOf));
      return since(Activity::failingSince, Diagnosis.isFailing(jobs, lastEnded))
          .map(since -> ended.orElse(since));
    }

    private boolean isJobRunning() {
      return jobs.map(JobProgress::running).orElse(0) > 0;
    }

    private boolean isWaiting() {
      return isJobRunning() && tasks().active() == 0 && !isAllDone();
    }

    /** Spark commits the output of a query after its last job ({@code FileFormatWriter}). */
    private Optional<Instant> finishingSince() {
      if (isJobRunning()) {
        return since(Activity::finishingSince, tasks().active() == 0 && isAllDone());
      }
      return since(Activity::finishingSince, queries.sql().isPresent())
          .map(since -> hasJobRun() ? asOf : since);
    }

    private boolean isAllDone() {
      return tasks().total() > 0 && tasks().done() == tasks().total();
    }

    private TaskCounts tasks() {
      return jobs.map(JobProgress::tasks).orElse(TaskCounts.NONE);
    }

    /** Between two polls, many tasks may have started and finished. */
    private boolean hasTaskStarted() {
      return before
          .flatMap(Progress::executors)
          .map(Executors::tasks)
          .filter(tasks -> executors.isPresent() && executors.get().tasks() != tasks)
          .isPresent();
    }

    private Instant lastFinish() {
      return before.filter(earlier -> !hasTaskFinished(earlier)).isPresent()
          ? before.get().activity().lastFinish()
          : asOf;
    }

    /** Also if the jobs changed: a new job has its own time. */
    private boolean hasTaskFinished(Progress earlier) {
      boolean isSameJob =
          earlier.jobs().map(JobProgress::job).equals(jobs.map(JobProgress::job))
              && earlier.jobs().map(JobProgress::running).equals(jobs.map(JobProgress::running));
      if (!isSameJob || !isJobRunning()) {
        return true;
      }
      TaskCounts then = earlier.jobs().map(JobProgress::tasks).orElse(TaskCounts.NONE);
      boolean hasCountChanged =
          then.done() != tasks().done()
              || then.failed() != tasks().failed()
              || then.killed() != tasks().killed();
      return hasCountChanged || then.active() == 0;
    }

    private Optional<Instant> since(Function<Activity, Optional<Instant>> field, boolean holds) {
      return holds ? Optional.of(previous(field).orElse(asOf)) : Optional.empty();
    }

    private <T> Optional<T> previous(Function<Activity, Optional<T>> field) {
      return before.map(Progress::activity).flatMap(field);
    }

    private Optional<Pace> previousPace() {
      return previous(Activity::pace);
    }

    /** At the first report, the driver's own time of the end of its last job. */
    private Instant idleSince() {
      return previous(Activity::idleSince)
          .filter(since -> !hasJobRun())
          .or(() -> jobs.flatMap(JobProgress::ended).filter(ended -> before.isEmpty()))
          .filter(since -> since.isBefore(asOf))
          .orElse(asOf);
    }

    private boolean hasJobRun() {
      return hasTaskStarted() || !isSameLastJob();
    }

    private boolean isSameLastJob() {
      return before
          .map(earlier -> earlier.jobs().map(JobProgress::job))
          .equals(Optional.of(jobs.map(JobProgress::job)));
    }

    private long idleCoreMillis() {
      Optional<Activity> then =
          before
              .map(Progress::activity)
              .filter(activity -> activity.idleSince().equals(Optional.of(idleSince())));
      if (then.isEmpty()) {
        return 0;
      }
      long cores = executors.map(Executors::cores).orElse(0);
      long millis = Duration.between(before.orElseThrow().asOf(), asOf).toMillis();
      return then.get().idleCoreMillis() + cores * Math.max(0, millis);
    }
  }

  /** The share of the task time that was garbage collection in the last reports. */
  public OptionalDouble gcShare() {
    return garbageCollection
        .map(GarbageCollection::share)
        .filter(share -> share >= 0)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  /**
   * The pace of one job. Two earlier points of time divide its elapsed time, so that the pace of
   * its last part can be compared to its pace from the start.
   *
   * @param job the id of the job
   * @param start the start of the job, or the first report of it
   * @param startDone the tasks that were done then
   * @param middle the start of the last part
   * @param middleDone the tasks that were done then
   * @param later a point of time in the last part, with which the next last part will start
   * @param laterDone the tasks that were done then
   */
  public record Pace(
      int job,
      Instant start,
      double startDone,
      Instant middle,
      double middleDone,
      Instant later,
      double laterDone) {
    /** The pace after a report. */
    static Pace of(Optional<Pace> before, JobProgress job, Instant asOf) {
      Optional<Pace> same = before.filter(pace -> pace.job == job.job());
      if (same.isEmpty()) {
        return begin(job, asOf);
      }
      Pace pace = same.get();
      double done = doneOf(job.tasks());
      Duration elapsed = Duration.between(pace.start, asOf);
      boolean isDue = Duration.between(pace.later, asOf).multipliedBy(3).compareTo(elapsed) >= 0;
      return isDue
          ? new Pace(pace.job, pace.start, pace.startDone, pace.later, pace.laterDone, asOf, done)
          : pace;
    }

    /** The driver's own start of the job counts, if it is not later than the report. */
    private static Pace begin(JobProgress job, Instant asOf) {
      Optional<Instant> started = job.started().filter(start -> start.isBefore(asOf));
      Instant start = started.orElse(asOf);
      double startDone = started.isPresent() ? 0 : doneOf(job.tasks());
      return new Pace(job.job(), start, startDone, start, startDone, start, startDone);
    }

    /** A running task counts as half a task: on average it is half done. */
    static double doneOf(TaskCounts tasks) {
      return tasks.done() + Math.min(tasks.active(), tasks.total() - tasks.done()) / 2.0;
    }
  }

  /**
   * The share of garbage collection between two reports that are half a minute apart or more.
   *
   * @param since the time of the earlier report
   * @param taskMillis the task time until then
   * @param gcMillis the time of garbage collection until then
   * @param share the share before that report; negative if unknown
   */
  public record GarbageCollection(Instant since, long taskMillis, long gcMillis, double share) {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    // Task times are known when tasks finish: shares of less than this are chance.
    private static final long MIN_TASK_MILLIS = 1000;

    static GarbageCollection of(Optional<GarbageCollection> before, Executors now, Instant asOf) {
      if (before.isEmpty()) {
        return new GarbageCollection(asOf, now.taskMillis(), now.gcMillis(), -1);
      }
      GarbageCollection last = before.get();
      if (Duration.between(last.since, asOf).compareTo(WINDOW) < 0) {
        return last;
      }
      long tasks = now.taskMillis() - last.taskMillis;
      long gc = now.gcMillis() - last.gcMillis;
      // Sums become smaller when executors leave: a negative share is unknown.
      double share = tasks >= MIN_TASK_MILLIS ? Math.min(1, (double) gc / tasks) : -1;
      return new GarbageCollection(asOf, now.taskMillis(), now.gcMillis(), share);
    }
  }
}
