// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;

import io.sparklive.application.Progress.EndedJob;
import io.sparklive.application.Progress.Executors;
import io.sparklive.application.Progress.Failure;
import io.sparklive.application.Progress.Queries;
import io.sparklive.application.Progress.SqlQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The reports of one driver, one after the other, each at a later time. */
final class Reports {
  private Optional<Progress> last = Optional.empty();
  private Instant now = STARTED.plusSeconds(60);
  private Optional<Executors> executors = Optional.of(new Executors(4, 16, 0));
  private Optional<JobProgress> jobs = Optional.empty();
  private Optional<EndedJob> lastEnded = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private Queries queries = Queries.NONE;

  static TaskCounts tasks(int total, int done, int active) {
    return new TaskCounts(total, done, active, 0, 0, 0);
  }

  static JobProgress running(int job, TaskCounts tasks) {
    return new JobProgress(1, job, JobProgress.Status.RUNNING, "job " + job, tasks);
  }

  /** From the next report on, this job runs. */
  Reports run(JobProgress job) {
    jobs = Optional.of(job);
    return this;
  }

  /** From the next report on, this job has ended, and none runs. */
  Reports end(int job, JobProgress.Status status) {
    jobs = Optional.of(new JobProgress(0, job, status, "job " + job, TaskCounts.NONE));
    lastEnded = Optional.of(new EndedJob(job, status));
    return this;
  }

  /** From the next report on, this job was the last to end. */
  Reports lastEnded(int job, JobProgress.Status status) {
    lastEnded = Optional.of(new EndedJob(job, status));
    return this;
  }

  Reports failure(Failure cause) {
    failure = Optional.of(cause);
    return this;
  }

  Reports executors(Executors now) {
    executors = Optional.of(now);
    return this;
  }

  Reports query(boolean isRunning) {
    Optional<SqlQuery> sql =
        Optional.of(
                new SqlQuery(
                    3, "SELECT 1", Optional.empty(), 1, TaskCounts.NONE, Progress.EndedJobs.NONE))
            .filter(query -> isRunning);
    queries = new Queries(sql, List.of(), 0);
    return this;
  }

  /** Reports after this time. */
  Progress after(Duration time) {
    now = now.plus(time);
    Progress next =
        new Progress(
            now,
            executors,
            jobs,
            lastEnded,
            failure,
            queries,
            Activity.of(last, now, executors, jobs, lastEnded, queries));
    last = Optional.of(next);
    return next;
  }

  /** Reports every two seconds for this time; returns the last report. */
  Progress during(Duration time) {
    Progress report = after(Duration.ofSeconds(2));
    for (long passed = 2; passed < time.toSeconds(); passed += 2) {
      report = after(Duration.ofSeconds(2));
    }
    return report;
  }

  Instant now() {
    return now;
  }

  Diagnosis diagnosis() {
    return Diagnosis.of(application(Optional.empty()), now);
  }

  Diagnosis diagnosis(Optional<MissedPolls> missedPolls, Instant at) {
    return Diagnosis.of(application(missedPolls), at);
  }

  private LiveApplication application(Optional<MissedPolls> missedPolls) {
    LiveApplication live = SampleApplications.live("app-1");
    return new LiveApplication(
        live.id(),
        live.state(),
        live.info(),
        live.address(),
        live.namespace(),
        live.source(),
        live.settings(),
        last,
        missedPolls,
        live.ended());
  }
}
