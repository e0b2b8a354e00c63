// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.JobProgress;
import io.sparklive.application.TaskCounts;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses the {@code /jobs} response of a driver's REST API ({@code JobData} in {@code api.scala}).
 * Tasks are counted as the progress bars of Spark's own pages count them ({@code JobPage.scala}).
 */
final class JobsJson {
  private JobsJson() {}

  /**
   * Combines the running jobs; if no job runs, returns the last job.
   *
   * @return empty if there is no job at all
   * @throws IOException if the JSON is not a list of jobs
   */
  static Optional<JobProgress> read(byte[] json) throws IOException {
    Optional<JobProgress> running = Optional.empty();
    Optional<JobProgress> last = Optional.empty();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        JobProgress job = readJob(reader);
        if (job.status() == JobProgress.Status.RUNNING) {
          running = Optional.of(running.map(others -> combine(others, job)).orElse(job));
        } else if (last.isEmpty() || last.get().job() < job.job()) {
          last = Optional.of(job);
        }
      }
    }
    return running.isPresent() ? running : last;
  }

  private static JobProgress combine(JobProgress one, JobProgress other) {
    JobProgress newest = one.job() > other.job() ? one : other;
    return new JobProgress(
        one.running() + other.running(),
        newest.job(),
        newest.status(),
        newest.description(),
        one.tasks().plus(other.tasks()));
  }

  private static JobProgress readJob(JsonReader reader) throws IOException {
    int id = 0;
    int total = 0;
    int done = 0;
    int active = 0;
    int failed = 0;
    int killed = 0;
    int skipped = 0;
    String name = "";
    String description = "";
    JobProgress.Status status = JobProgress.Status.UNKNOWN;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "jobId" -> id = Json.count(reader);
        case "numTasks" -> total = Json.count(reader);
        case "numCompletedIndices" -> done = Json.count(reader);
        case "numActiveTasks" -> active = Json.count(reader);
        case "numFailedTasks" -> failed = Json.count(reader);
        case "numKilledTasks" -> killed = Json.count(reader);
        case "numSkippedTasks" -> skipped = Json.count(reader);
        case "name" -> name = Json.text(reader);
        case "description" -> description = Json.text(reader);
        case "status" -> status = status(Json.text(reader));
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    return new JobProgress(
        status == JobProgress.Status.RUNNING ? 1 : 0,
        id,
        status,
        description.isBlank() ? name : description,
        new TaskCounts(Math.max(0, total - skipped), done, active, failed, killed, skipped));
  }

  private static JobProgress.Status status(String text) {
    try {
      return JobProgress.Status.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return JobProgress.Status.UNKNOWN;
    }
  }
}
