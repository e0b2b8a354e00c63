package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.Progress;
import java.io.IOException;

/**
 * The executors that a driver's REST API tells ({@code ExecutorSummary} in {@code api.scala}).
 *
 * <p>The driver is among them. It has no cores to run tasks on but in local mode, and is counted
 * only there.
 */
final class ExecutorsJson {
  private ExecutorsJson() {}

  /**
   * Those in it that are active.
   *
   * @throws IOException if it is no list of executors
   */
  static Progress.Executors read(byte[] json) throws IOException {
    int count = 0;
    long cores = 0;
    long tasks = 0;
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        Progress.Executors one = executor(reader);
        count += one.count();
        cores += one.cores();
        tasks += one.tasks();
      }
    }
    return new Progress.Executors(count, (int) Math.min(Integer.MAX_VALUE, cores), tasks);
  }

  private static Progress.Executors executor(JsonReader reader) throws IOException {
    int cores = 0;
    int tasks = 0;
    boolean active = true;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "totalCores" -> cores = Json.count(reader);
        case "totalTasks" -> tasks = Json.count(reader);
        case "isActive" -> active = reader.nextBoolean();
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    boolean works = active && cores > 0;
    return new Progress.Executors(works ? 1 : 0, works ? cores : 0, tasks);
  }
}
