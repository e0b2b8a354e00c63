// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import io.sparklive.application.Progress.EndedJob;
import io.sparklive.application.Progress.Executors;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The verdict on an application, with its cause. All rules and thresholds of the overview, its JSON
 * and the metrics are here.
 *
 * @param verdict the first verdict that holds, the worst first
 * @param since since when its cause holds; empty if the verdict has none. It is a time of the wall
 *     clock if {@link Verdict#hasWallClockTime}, otherwise of the clock that the progress uses
 * @param reason the cause in a few words, without a time; empty if the verdict has none
 * @param page the page of the driver's UI that shows the cause, relative to the live UI; empty if
 *     there is none
 */
public record Diagnosis(Verdict verdict, Optional<Instant> since, String reason, String page) {
  // Half a minute is longer than a full garbage collection of a large driver, as a rule.
  private static final Duration NO_RESPONSE_TIME = Duration.ofSeconds(30);
  // A single failure is no evidence: without a viewer, the next poll is an interval later. But one
  // poll can take this time by itself.
  private static final int MIN_MISSED_POLLS = 2;
  // Longer than most tasks: a task of more than a few minutes is too large in any case.
  private static final Duration STUCK_TIME = Duration.ofMinutes(5);
  // Dynamic allocation and cluster autoscalers add an executor in less than this time if they can.
  private static final Duration WAITING_TIME = Duration.ofSeconds(30);
  private static final Duration STRAGGLING_TIME = Duration.ofMinutes(2);
  private static final double STRAGGLING_SHARE = 0.95;
  // A user reads a result, or writes the next cell of a notebook, in less time.
  private static final Duration IDLE_TIME = Duration.ofMinutes(10);
  // Each job passes this state for a moment, and a query between two of its jobs.
  private static final Duration FINISHING_TIME = Duration.ofSeconds(5);
  private static final double FAILED_SHARE = 0.05;
  // Spark repeats a task up to three times: a single failure is no fault of the application.
  private static final int MIN_FAILED_TASKS = 2;

  /**
   * Judges an application.
   *
   * @param now the current time of the clock that the progress uses
   */
  public static Diagnosis of(LiveApplication application, Instant now) {
    return switch (application.state()) {
      case PENDING -> pending(application);
      case STARTING -> without(Verdict.STARTING);
      case ENDED -> new Diagnosis(Verdict.ENDED, application.ended(), "", "");
      case NO_UI, AUTH_REQUIRED -> without(Verdict.RUNNING);
      case LIVE -> ofLive(application, now);
    };
  }

  /** The verdicts that applications of a state can have. */
  public static Set<Verdict> verdictsOf(ApplicationState state) {
    return switch (state) {
      case PENDING -> EnumSet.of(Verdict.PENDING);
      case STARTING -> EnumSet.of(Verdict.STARTING);
      case ENDED -> EnumSet.of(Verdict.ENDED);
      case NO_UI, AUTH_REQUIRED -> EnumSet.of(Verdict.RUNNING);
      case LIVE -> EnumSet.range(Verdict.FAILING, Verdict.RUNNING);
    };
  }

  private static Diagnosis ofLive(LiveApplication application, Instant now) {
    Optional<Diagnosis> reported =
        application.progress().flatMap(progress -> new Report(progress).verdict());
    if (reported.isPresent() && reported.get().verdict == Verdict.FAILING) {
      return reported.get().withExecutorFailures(application);
    }
    return noResponse(application, now)
        .or(() -> reported.map(diagnosis -> diagnosis.withExecutorFailures(application)))
        .orElseGet(() -> without(Verdict.RUNNING));
  }

  /** Failed executors are the most common cause of failed stages, and of a lack of executors. */
  private Diagnosis withExecutorFailures(LiveApplication application) {
    boolean mayBeCause = verdict == Verdict.FAILING || verdict == Verdict.WAITING;
    return application
        .executorFailures()
        .text()
        .filter(text -> mayBeCause)
        .map(text -> new Diagnosis(verdict, since, reason + "; " + text, page))
        .orElse(this);
  }

  /**
   * The time is that of the wall clock: of the creation of the pod, or the end of the run before.
   */
  private static Diagnosis pending(LiveApplication application) {
    return new Diagnosis(
        Verdict.PENDING,
        Optional.of(application.ended().orElse(application.info().started())),
        application.pending().map(PendingReason::text).orElse(""),
        "");
  }

  private static Diagnosis without(Verdict verdict) {
    return new Diagnosis(verdict, Optional.empty(), "", "");
  }

  private static Optional<Diagnosis> noResponse(LiveApplication application, Instant now) {
    return application
        .missedPolls()
        .filter(missed -> isReached(NO_RESPONSE_TIME, missed.since(), now))
        .filter(
            missed ->
                missed.count() >= MIN_MISSED_POLLS
                    || isReached(NO_RESPONSE_TIME, missed.since(), missed.until()))
        .map(MissedPolls::since)
        .map(
            since ->
                new Diagnosis(
                    Verdict.NO_RESPONSE, Optional.of(since), "The driver does not respond", ""));
  }

  private static boolean isReached(Duration time, Instant since, Instant now) {
    return !now.isBefore(since.plus(time));
  }

  /**
   * Whether the last job failed, or a running job has failed stages, or more than 5 % of its
   * finished tasks failed.
   */
  static boolean isFailing(Optional<JobProgress> jobs, Optional<EndedJob> lastEnded) {
    return lastEnded.map(EndedJob::status).equals(Optional.of(JobProgress.Status.FAILED))
        || jobs.filter(job -> job.running() > 0)
            .map(job -> job.stages().failed() > 0 || hasFailedTasks(job.tasks()))
            .orElse(false);
  }

  private static boolean hasFailedTasks(TaskCounts tasks) {
    double finished = (double) tasks.done() + tasks.failed();
    return tasks.failed() >= MIN_FAILED_TASKS && tasks.failed() > FAILED_SHARE * finished;
  }

  /** The verdict by the last report. Times end with that report. */
  private record Report(Progress progress) {

    Optional<Diagnosis> verdict() {
      return failing()
          .or(this::stuck)
          .or(this::waiting)
          .or(this::straggling)
          .or(this::idle)
          .or(this::finishing);
    }

    private Optional<Diagnosis> failing() {
      return activity()
          .failingSince()
          .map(
              since ->
                  new Diagnosis(Verdict.FAILING, Optional.of(since), failure(), failurePage()));
    }

    private String failure() {
      if (progress.failure().isPresent()) {
        return progress.failure().get().reason();
      }
      if (hasLastJobFailed()) {
        return "The last job failed";
      }
      JobProgress job = job();
      return job.stages().failed() > 0
          ? "A stage of a running job failed"
          : job.tasks().failed()
              + " of "
              + (job.tasks().done() + job.tasks().failed())
              + " finished tasks failed";
    }

    private String failurePage() {
      if (progress.failure().isPresent()) {
        Progress.Failure failure = progress.failure().get();
        return "stages/stage/?id=" + failure.stage() + "&attempt=" + failure.attempt();
      }
      return hasLastJobFailed()
          ? pageOf(progress.lastEnded().orElseThrow().id())
          : pageOf(job().job());
    }

    private boolean hasLastJobFailed() {
      return isFailing(Optional.empty(), progress.lastEnded());
    }

    private Optional<Diagnosis> stuck() {
      return unfinished(STUCK_TIME)
          .map(since -> health(Verdict.STUCK, since, running() + ", and none finishes"));
    }

    private Optional<Diagnosis> straggling() {
      return unfinished(STRAGGLING_TIME)
          .filter(since -> tasks().done() >= STRAGGLING_SHARE * tasks().total())
          .map(
              since ->
                  health(
                      Verdict.STRAGGLING,
                      since,
                      tasks().done() + " of " + tasks().total() + " tasks done; " + running()));
    }

    /** Since when tasks run, and none has finished; empty if that is shorter than this time. */
    private Optional<Instant> unfinished(Duration time) {
      return Optional.of(activity().lastFinish())
          .filter(since -> job().running() > 0 && tasks().active() > 0)
          .filter(since -> isReached(time, since, progress.asOf()));
    }

    private Optional<Diagnosis> waiting() {
      return reached(activity().waitingSince(), WAITING_TIME)
          .map(
              since ->
                  new Diagnosis(
                      Verdict.WAITING,
                      Optional.of(since),
                      "No task of the job runs; " + executors(),
                      "executors/"));
    }

    private Optional<Diagnosis> idle() {
      return reached(activity().idleSince(), IDLE_TIME)
          .map(
              since ->
                  new Diagnosis(
                      Verdict.IDLE,
                      Optional.of(since),
                      "No job runs; " + executors(),
                      "executors/"));
    }

    private Optional<Diagnosis> finishing() {
      return reached(activity().finishingSince(), FINISHING_TIME)
          .map(since -> job().running() > 0 ? finishingJob(since) : finishingQuery(since));
    }

    private Diagnosis finishingJob(Instant since) {
      return health(Verdict.FINISHING, since, "All tasks are done, and the job still runs");
    }

    private Diagnosis finishingQuery(Instant since) {
      return new Diagnosis(
          Verdict.FINISHING,
          Optional.of(since),
          "No job of the query runs: its output is being committed, or its next job is being"
              + " planned",
          progress.queries().sql().map(query -> "SQL/execution/?id=" + query.id()).orElse(""));
    }

    private Optional<Instant> reached(Optional<Instant> since, Duration time) {
      return since.filter(start -> isReached(time, start, progress.asOf()));
    }

    private Diagnosis health(Verdict verdict, Instant since, String reason) {
      return new Diagnosis(verdict, Optional.of(since), reason, pageOf(job().job()));
    }

    private static String pageOf(int job) {
      return "jobs/job/?id=" + job;
    }

    private String executors() {
      Optional<Executors> held = progress.executors();
      if (held.isEmpty()) {
        return "its executors are unknown";
      }
      return held.get().count() == 0
          ? "it has no executors"
          : "it holds "
              + count(held.get().count(), "executor")
              + ", "
              + count(held.get().cores(), "core");
    }

    private String running() {
      return tasks().active() == 1 ? "1 task runs" : tasks().active() + " tasks run";
    }

    private static String count(int number, String word) {
      return number + " " + word + (number == 1 ? "" : "s");
    }

    private Activity activity() {
      return progress.activity();
    }

    private JobProgress job() {
      return progress
          .jobs()
          .orElse(new JobProgress(0, 0, JobProgress.Status.UNKNOWN, "", TaskCounts.NONE));
    }

    private TaskCounts tasks() {
      return job().tasks();
    }
  }
}
