// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

/**
 * The progress of an application's jobs: of the running ones, or of the last one.
 *
 * @param running the number of running jobs
 * @param job the id of the newest running job; if no job runs, of the last one
 * @param status the status of that job
 * @param description the description of that job, from the user or from Spark
 * @param tasks the tasks of all running jobs; if no job runs, of the last one
 */
public record JobProgress(
    int running, int job, Status status, String description, TaskCounts tasks) {
  public JobProgress {
    description = UserText.of(description);
  }

  /** The status of a job ({@code JobExecutionStatus.java}). */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }
}
