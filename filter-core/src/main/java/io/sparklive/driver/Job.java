// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.JobProgress;
import io.sparklive.application.TaskCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A job as a driver reports it ({@code JobData} in {@code api.scala}).
 *
 * @param description the user's description, or the place in the program that called the job; not
 *     sanitized
 * @param execution the id of the SQL query to which the job belongs (from 4.0, by its tags)
 * @param stageIds the ids of its stages
 */
record Job(
    int id,
    JobProgress.Status status,
    String description,
    OptionalLong execution,
    Optional<Instant> started,
    Optional<Instant> ended,
    List<Integer> stageIds,
    JobProgress.StageCounts stages,
    TaskCounts tasks) {

  boolean isRunning() {
    return status == JobProgress.Status.RUNNING;
  }

  /** The progress of this job alone. */
  JobProgress progress() {
    return new JobProgress(
        isRunning() ? 1 : 0, id, status, description, tasks, started, ended, stages);
  }

  /**
   * The progress of running jobs: the description of the newest, the tasks of all.
   *
   * @return empty if there are none
   */
  static Optional<JobProgress> combine(List<Job> running) {
    return running.stream().map(Job::progress).reduce(Job::combine);
  }

  private static JobProgress combine(JobProgress one, JobProgress other) {
    JobProgress newest = one.job() > other.job() ? one : other;
    return new JobProgress(
        one.running() + other.running(),
        newest.job(),
        newest.status(),
        newest.description(),
        one.tasks().plus(other.tasks()),
        newest.started(),
        newest.ended(),
        new JobProgress.StageCounts(
            newest.stages().total(),
            newest.stages().done(),
            one.stages().failed() + other.stages().failed()));
  }
}
