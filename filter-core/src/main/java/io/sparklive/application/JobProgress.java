package io.sparklive.application;

/**
 * What an application works at: the jobs that run, or the last one that did.
 *
 * @param running how many jobs run
 * @param job the id of the newest of them; where none runs, of the last one
 * @param status how that job stands
 * @param description what its user, or Spark, says that it does
 * @param tasks those of all jobs that run; where none does, of the last one
 */
public record JobProgress(
    int running, int job, Status status, String description, TaskCounts tasks) {
  public JobProgress {
    description = UserText.of(description);
  }

  /** How a job stands ({@code JobExecutionStatus.java}). */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }
}
