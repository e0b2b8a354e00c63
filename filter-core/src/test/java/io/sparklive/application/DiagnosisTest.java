// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.JobProgress.Status.FAILED;
import static io.sparklive.application.JobProgress.Status.SUCCEEDED;
import static io.sparklive.application.Reports.running;
import static io.sparklive.application.Reports.tasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.Progress.Executors;
import io.sparklive.application.Progress.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiagnosisTest {
  private static final Duration POLL = Duration.ofSeconds(2);

  private final Reports reports = new Reports();

  private Verdict verdict() {
    return reports.diagnosis().verdict();
  }

  private static TaskCounts failedTasks(int done, int failed) {
    return new TaskCounts(1000, done, 8, failed, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"STARTING, STARTING", "NO_UI, RUNNING", "AUTH_REQUIRED, RUNNING", "ENDED, ENDED"})
  void judgesByStateWithoutReports(ApplicationState state, Verdict verdict) {
    LiveApplication live = SampleApplications.live("app-1");
    LiveApplication application = live.withState(state);

    assertThat(Diagnosis.of(application, Instant.MAX).verdict()).isEqualTo(verdict);
    assertThat(Diagnosis.verdictsOf(state)).containsExactly(verdict);
  }

  @Test
  void isRunningBeforeFirstReport() {
    Diagnosis diagnosis = Diagnosis.of(SampleApplications.live("app-1"), Instant.MAX);

    assertThat(diagnosis).isEqualTo(new Diagnosis(Verdict.RUNNING, Optional.empty(), "", ""));
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_RESPONSE", "STUCK", "WAITING", "IDLE", "FINISHING", "RUNNING"})
  void canBeAnyVerdictWhileLive(Verdict verdict) {
    assertThat(Diagnosis.verdictsOf(ApplicationState.LIVE)).contains(verdict);
  }

  @Test
  void isFailingIfLastJobFailed() {
    reports.end(7, FAILED).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofMinutes(11));

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.FAILING, Optional.of(since), "The last job failed", "jobs/job/?id=7"));

    reports.run(running(8, tasks(10, 1, 2))).after(POLL);
    assertThat(verdict()).as("while the next job runs").isEqualTo(Verdict.FAILING);

    reports.lastEnded(8, SUCCEEDED).run(running(9, tasks(10, 1, 2))).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void countsFailingTimeFromEndOfLastJobAtFirstReport() {
    Instant ended = reports.now().minusSeconds(900);
    reports
        .run(
            new JobProgress(
                0,
                7,
                FAILED,
                "",
                TaskCounts.NONE,
                Optional.empty(),
                Optional.of(ended),
                JobProgress.StageCounts.NONE))
        .lastEnded(7, FAILED)
        .after(POLL);
    assertThat(reports.diagnosis().since()).contains(ended);

    reports.after(POLL);
    assertThat(reports.diagnosis().since()).contains(ended);
  }

  @Test
  void namesReasonAndStageOfFailure() {
    reports.failure(new Failure(7, 12, 1, "boom")).end(7, FAILED).after(POLL);

    assertThat(reports.diagnosis().reason()).isEqualTo("boom");
    assertThat(reports.diagnosis().page()).isEqualTo("stages/stage/?id=12&attempt=1");
  }

  @Test
  void isFailingIfStageOfRunningJobFailed() {
    JobProgress job = running(7, tasks(10, 1, 2));
    reports
        .run(
            new JobProgress(
                1,
                7,
                job.status(),
                "",
                job.tasks(),
                Optional.empty(),
                Optional.empty(),
                new JobProgress.StageCounts(3, 1, 1)))
        .after(POLL);

    assertThat(verdict()).isEqualTo(Verdict.FAILING);
    assertThat(reports.diagnosis().reason()).isEqualTo("A stage of a running job failed");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, RUNNING",
    "10, 1, RUNNING",
    "0, 2, FAILING",
    "36, 2, FAILING",
    "38, 2, RUNNING",
    "94, 5, FAILING",
    "95, 5, RUNNING"
  })
  void isFailingIfTwentiethOfTasksFailed(int done, int failed, Verdict verdict) {
    reports.run(running(7, failedTasks(done, failed))).after(POLL);

    assertThat(verdict()).isEqualTo(verdict);
  }

  @Test
  void countsFailedTasksInReason() {
    reports.run(running(7, failedTasks(36, 4))).after(POLL);

    assertThat(reports.diagnosis().reason()).isEqualTo("4 of 40 finished tasks failed");
  }

  @Test
  void ignoresFailedTasksOfJobThatSucceeded() {
    reports.run(running(7, failedTasks(10, 5))).after(POLL);
    reports.end(7, SUCCEEDED).after(POLL);

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void hasNoResponseAfterHalfMinute() {
    reports.run(running(7, tasks(10, 1, 2))).after(POLL);
    Instant missed = reports.now().plusSeconds(2);
    Optional<MissedPolls> twice = Optional.of(new MissedPolls(missed, missed.plusSeconds(5), 2));

    assertThat(reports.diagnosis(twice, missed.plusMillis(29_999)).verdict())
        .isEqualTo(Verdict.RUNNING);
    assertThat(reports.diagnosis(twice, missed.plusSeconds(30)))
        .isEqualTo(
            new Diagnosis(
                Verdict.NO_RESPONSE, Optional.of(missed), "The driver does not respond", ""));
  }

  @ParameterizedTest
  @CsvSource({"29, RUNNING", "30, NO_RESPONSE"})
  void countsSinglePollOnlyIfItTakesHalfMinute(int seconds, Verdict verdict) {
    reports.run(running(7, tasks(10, 1, 2))).after(POLL);
    Instant missed = reports.now();
    MissedPolls once = new MissedPolls(missed, missed.plusSeconds(seconds), 1);

    assertThat(reports.diagnosis(Optional.of(once), missed.plusSeconds(59)).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void isFailingEvenIfDriverDoesNotRespond() {
    reports.end(7, FAILED).after(POLL);

    assertThat(
            reports
                .diagnosis(
                    Optional.of(new MissedPolls(reports.now(), reports.now(), 5)),
                    reports.now().plusSeconds(60))
                .verdict())
        .isEqualTo(Verdict.FAILING);
  }

  @Test
  void isStuckIfNoTaskFinishesForFiveMinutes() {
    reports.run(running(7, tasks(100, 40, 8))).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofSeconds(298));
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);

    reports.after(POLL);

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.STUCK,
                Optional.of(since),
                "8 tasks run, and none finishes",
                "jobs/job/?id=7"));
    reports.run(running(7, tasks(100, 41, 8))).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotStuckIfOtherJobStarts() {
    reports.run(running(7, tasks(100, 40, 8))).during(Duration.ofMinutes(4));
    reports.run(running(8, tasks(100, 40, 8))).during(Duration.ofMinutes(4));

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotStuckIfNoTaskRuns() {
    reports.run(running(7, tasks(100, 40, 8))).during(Duration.ofMinutes(6));
    assertThat(verdict()).isEqualTo(Verdict.STUCK);

    reports.run(running(7, tasks(100, 40, 0))).after(POLL);

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotStuckIfTasksStartAfterWait() {
    reports.run(running(7, tasks(100, 40, 0))).during(Duration.ofMinutes(6));
    reports.run(running(7, tasks(100, 40, 8))).after(POLL);

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotStuckIfTasksFail() {
    reports.run(running(7, failedTasks(400, 1))).during(Duration.ofMinutes(4));
    reports.run(running(7, failedTasks(400, 2))).during(Duration.ofMinutes(4));

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isWaitingIfNoTaskRunsForHalfMinute() {
    reports.run(running(7, tasks(100, 40, 0))).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofSeconds(28));
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);

    reports.after(POLL);

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.WAITING,
                Optional.of(since),
                "No task of the job runs; it holds 4 executors, 16 cores",
                "executors/"));
    reports.run(running(7, tasks(100, 40, 8))).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void saysThatWaitingApplicationHasNoExecutors() {
    reports.executors(new Executors(0, 0, 0)).run(running(7, tasks(100, 0, 0)));
    reports.during(Duration.ofMinutes(1));

    assertThat(reports.diagnosis().reason())
        .isEqualTo("No task of the job runs; it has no executors");
  }

  @Test
  void isNotWaitingIfTasksRanBetweenReports() {
    reports.run(running(7, tasks(100, 40, 0)));
    for (int tasks = 1; tasks < 30; tasks++) {
      reports.executors(new Executors(4, 16, tasks)).after(Duration.ofSeconds(60));
    }

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isStragglingIfLastTasksTakeTwoMinutes() {
    reports.run(running(7, tasks(100, 95, 5))).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofSeconds(118));
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);

    reports.after(POLL);

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.STRAGGLING,
                Optional.of(since),
                "95 of 100 tasks done; 5 tasks run",
                "jobs/job/?id=7"));
    reports.during(Duration.ofMinutes(3));
    assertThat(verdict()).as("after five minutes").isEqualTo(Verdict.STUCK);
  }

  @Test
  void isNotStragglingBeforeLastTasks() {
    reports.run(running(7, tasks(100, 94, 6))).during(Duration.ofMinutes(4));

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isIdleAfterTenMinutesWithoutJob() {
    reports.run(running(7, tasks(10, 9, 1))).after(POLL);
    reports.end(7, SUCCEEDED).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofSeconds(598));
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);

    reports.after(POLL);

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.IDLE,
                Optional.of(since),
                "No job runs; it holds 4 executors, 16 cores",
                "executors/"));
    reports.run(running(8, tasks(10, 0, 1))).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isIdleWithoutAnyJob() {
    reports.during(Duration.ofMinutes(11));

    assertThat(verdict()).isEqualTo(Verdict.IDLE);
  }

  @Test
  void isNotIdleWhileQueryRuns() {
    reports.query(true).end(7, SUCCEEDED).during(Duration.ofMinutes(30));
    assertThat(verdict()).isEqualTo(Verdict.FINISHING);

    reports.query(false).during(Duration.ofMinutes(9));
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotIdleIfJobsRunBetweenReports() {
    for (int job = 1; job < 30; job++) {
      reports.end(job, SUCCEEDED).after(Duration.ofMinutes(1));
    }

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void countsIdleTimeFromEndOfLastJobAtFirstReport() {
    Instant ended = reports.now().minusSeconds(900);
    reports
        .run(
            new JobProgress(
                0,
                7,
                SUCCEEDED,
                "",
                TaskCounts.NONE,
                Optional.empty(),
                Optional.of(ended),
                JobProgress.StageCounts.NONE))
        .after(POLL);

    assertThat(verdict()).isEqualTo(Verdict.IDLE);
    assertThat(reports.diagnosis().since()).contains(ended);
  }

  @Test
  void isFinishingIfJobRunsWithoutTasksLeft() {
    reports.run(running(7, tasks(100, 100, 0))).after(POLL);
    reports.after(POLL);
    assertThat(verdict()).as("each job passes this state").isEqualTo(Verdict.RUNNING);

    reports.during(Duration.ofSeconds(4));

    assertThat(verdict()).isEqualTo(Verdict.FINISHING);
    reports.during(Duration.ofMinutes(20));
    assertThat(verdict()).as("not waiting").isEqualTo(Verdict.FINISHING);
    reports.end(7, SUCCEEDED).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isFinishingIfQueryRunsWithoutJob() {
    reports.query(true).run(running(7, tasks(100, 90, 10))).after(POLL);
    reports.end(7, SUCCEEDED).after(POLL);
    Instant since = reports.now();
    reports.during(Duration.ofSeconds(4));
    assertThat(verdict()).as("between two jobs").isEqualTo(Verdict.RUNNING);

    reports.after(POLL);

    assertThat(reports.diagnosis())
        .isEqualTo(
            new Diagnosis(
                Verdict.FINISHING,
                Optional.of(since),
                "No job of the query runs: its output is being committed, or its next job is being"
                    + " planned",
                "SQL/execution/?id=3"));
    reports.query(false).after(POLL);
    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void isNotFinishingIfJobsRunBetweenReports() {
    reports.query(true);
    for (int job = 1; job < 30; job++) {
      reports.end(job, SUCCEEDED).after(POLL);
      reports.executors(new Executors(4, 16, job)).after(POLL);
    }

    assertThat(verdict()).isEqualTo(Verdict.RUNNING);
  }

  @Test
  void claimsNothingForTimeWithoutReports() {
    reports.run(running(7, tasks(100, 40, 0))).after(POLL);

    assertThat(reports.diagnosis(Optional.empty(), reports.now().plusSeconds(3600)).verdict())
        .isEqualTo(Verdict.RUNNING);
  }
}
