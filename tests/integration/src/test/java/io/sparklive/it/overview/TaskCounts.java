// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.List;

/**
 * The number of tasks in each state, as Spark's own progress bars count them.
 *
 * @param total without skipped tasks
 */
public record TaskCounts(int total, int done, int active, int failed, int killed, int skipped) {
  private static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

  /**
   * The counts of the running jobs, or of the last job if none runs.
   *
   * @param jobs the driver's response to {@code /jobs}; at least one job
   */
  static TaskCounts ofJobs(List<JsonObject> jobs) {
    List<JsonObject> running =
        jobs.stream().filter(job -> job.get("status").getAsString().equals("RUNNING")).toList();
    JsonObject last =
        jobs.stream().max(Comparator.comparing(job -> job.get("jobId").getAsInt())).orElseThrow();
    return (running.isEmpty() ? List.of(last) : running)
        .stream().map(TaskCounts::ofJob).reduce(NONE, TaskCounts::plus);
  }

  private static TaskCounts ofJob(JsonObject job) {
    int skipped = job.get("numSkippedTasks").getAsInt();
    return new TaskCounts(
        job.get("numTasks").getAsInt() - skipped,
        job.get("numCompletedIndices").getAsInt(),
        job.get("numActiveTasks").getAsInt(),
        job.get("numFailedTasks").getAsInt(),
        job.get("numKilledTasks").getAsInt(),
        skipped);
  }

  /** The counts in the overview's JSON. */
  static TaskCounts ofOverview(JsonObject tasks) {
    return new TaskCounts(
        tasks.get("total").getAsInt(),
        tasks.get("done").getAsInt(),
        tasks.get("active").getAsInt(),
        tasks.get("failed").getAsInt(),
        tasks.get("killed").getAsInt(),
        tasks.get("skipped").getAsInt());
  }

  private TaskCounts plus(TaskCounts other) {
    return new TaskCounts(
        total + other.total,
        done + other.done,
        active + other.active,
        failed + other.failed,
        killed + other.killed,
        skipped + other.skipped);
  }
}
