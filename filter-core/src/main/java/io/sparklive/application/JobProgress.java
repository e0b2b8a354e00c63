// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/**
 * The progress of an application's jobs: of the running ones, or of the last one.
 *
 * @param running the number of running jobs
 * @param job the id of the newest running job; if no job runs, of the last one
 * @param status the status of that job
 * @param description the description of that job, from the user or from Spark
 * @param tasks the tasks of all running jobs, or, while a SQL query runs, of its jobs so far; if no
 *     job runs, of the last one
 * @param started when that job started, if the driver reported it
 * @param ended when that job ended, if it has ended and the driver reported it
 * @param stages the stages of that job
 */
public record JobProgress(
    int running,
    int job,
    Status status,
    String description,
    TaskCounts tasks,
    Optional<Instant> started,
    Optional<Instant> ended,
    StageCounts stages) {
  public JobProgress {
    description = UserText.of(description);
  }

  /** A job without times and stages. */
  public JobProgress(int running, int job, Status status, String description, TaskCounts tasks) {
    this(
        running,
        job,
        status,
        description,
        tasks,
        Optional.empty(),
        Optional.empty(),
        StageCounts.NONE);
  }

  /** The same with these tasks. */
  public JobProgress withTasks(TaskCounts other) {
    return new JobProgress(running, job, status, description, other, started, ended, stages);
  }

  /** The same with this description. */
  public JobProgress withDescription(String other) {
    return new JobProgress(running, job, status, other, tasks, started, ended, stages);
  }

  /** The status of a job ({@code JobExecutionStatus.java}). */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /**
   * Numbers of stages.
   *
   * @param total the stages of the newest running job, or of the last one, without skipped ones
   * @param done the stages of that job that are complete
   * @param failed the attempts of stages that have failed, of all running jobs
   */
  public record StageCounts(int total, int done, int failed) {
    public static final StageCounts NONE = new StageCounts(0, 0, 0);
  }
}
