package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.Tasks;
import io.sparklive.application.Work;
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
  static Optional<Work> read(byte[] json) throws IOException {
    Optional<Work> running = Optional.empty();
    Optional<Work> last = Optional.empty();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        Work job = job(reader);
        if (job.status() == Work.Status.RUNNING) {
          running = Optional.of(running.map(before -> together(before, job)).orElse(job));
        } else if (last.isEmpty() || last.get().job() < job.job()) {
          last = Optional.of(job);
        }
      }
    }
    return running.isPresent() ? running : last;
  }

  private static Work together(Work one, Work other) {
    Work newest = one.job() > other.job() ? one : other;
    return new Work(
        one.running() + other.running(),
        newest.job(),
        newest.status(),
        newest.description(),
        one.tasks().plus(other.tasks()));
  }

  private static Work job(JsonReader reader) throws IOException {
    int id = 0;
    int all = 0;
    int done = 0;
    int active = 0;
    int failed = 0;
    int killed = 0;
    int skipped = 0;
    String name = "";
    String description = "";
    Work.Status status = Work.Status.UNKNOWN;
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
    return new Work(
        status == Work.Status.RUNNING ? 1 : 0,
        id,
        status,
        description.isBlank() ? name : description,
        new Tasks(Math.max(0, all - skipped), done, active, failed, killed, skipped));
  }

  private static Work.Status status(String text) {
    try {
      return Work.Status.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Work.Status.UNKNOWN;
    }
  }
}
