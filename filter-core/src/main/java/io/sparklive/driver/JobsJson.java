package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.JobProgress;
import io.sparklive.application.TaskCounts;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * The jobs that a driver's REST API tells ({@code JobData} in {@code api.scala}), counted as the
 * progress bars of Spark's own pages count them ({@code JobPage.scala}).
 */
final class JobsJson {
  private JobsJson() {}

  /**
   * The jobs in it that run, taken together; where none does, the last one.
   *
   * @return empty where there is no job at all
   * @throws IOException if it is no list of jobs
   */
  static Optional<JobProgress> read(byte[] json) throws IOException {
    Optional<JobProgress> running = Optional.empty();
    Optional<JobProgress> last = Optional.empty();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        JobProgress job = job(reader);
        if (job.status() == JobProgress.Status.RUNNING) {
          running = Optional.of(running.map(before -> together(before, job)).orElse(job));
        } else if (last.isEmpty() || last.get().job() < job.job()) {
          last = Optional.of(job);
        }
      }
    }
    return running.isPresent() ? running : last;
  }

  private static JobProgress together(JobProgress one, JobProgress other) {
    JobProgress newest = one.job() > other.job() ? one : other;
    return new JobProgress(
        one.running() + other.running(),
        newest.job(),
        newest.status(),
        newest.description(),
        one.tasks().plus(other.tasks()));
  }

  private static JobProgress job(JsonReader reader) throws IOException {
    int id = 0;
    int all = 0;
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
        case "numTasks" -> all = Json.count(reader);
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
        new TaskCounts(Math.max(0, all - skipped), done, active, failed, killed, skipped));
  }

  private static JobProgress.Status status(String text) {
    try {
      return JobProgress.Status.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return JobProgress.Status.UNKNOWN;
    }
  }
}
