// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.Progress;
import java.io.IOException;

/**
 * Parses the {@code /executors} response of a driver's REST API ({@code ExecutorSummary} in {@code
 * api.scala}).
 *
 * <p>The driver is in the list, too. It has cores to run tasks only in local mode, and is counted
 * only there.
 */
final class ExecutorsJson {
  private ExecutorsJson() {}

  /**
   * Adds up the active executors.
   *
   * @throws IOException if the JSON is not a list of executors
   */
  static Progress.Executors read(byte[] json) throws IOException {
    int count = 0;
    long cores = 0;
    long tasks = 0;
    long busyCores = 0;
    long taskMillis = 0;
    long gcMillis = 0;
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        Progress.Executors executor = readExecutor(reader);
        count += executor.count();
        cores += executor.cores();
        tasks += executor.tasks();
        busyCores += executor.busyCores();
        taskMillis += executor.taskMillis();
        gcMillis += executor.gcMillis();
      }
    }
    return new Progress.Executors(
        count, toInt(cores), tasks, toInt(busyCores), taskMillis, gcMillis);
  }

  private static int toInt(long number) {
    return (int) Math.min(Integer.MAX_VALUE, number);
  }

  private static Progress.Executors readExecutor(JsonReader reader) throws IOException {
    int cores = 0;
    int tasks = 0;
    int activeTasks = 0;
    long taskMillis = 0;
    long gcMillis = 0;
    boolean active = true;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "totalCores" -> cores = Json.count(reader);
        case "totalTasks" -> tasks = Json.count(reader);
        case "activeTasks" -> activeTasks = Json.count(reader);
        case "totalDuration" -> taskMillis = Json.longCount(reader);
        case "totalGCTime" -> gcMillis = Json.longCount(reader);
        case "isActive" -> active = reader.nextBoolean();
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    boolean runsTasks = active && cores > 0;
    return new Progress.Executors(
        runsTasks ? 1 : 0,
        runsTasks ? cores : 0,
        tasks,
        runsTasks ? Math.min(activeTasks, cores) : 0,
        // Of the driver, Spark reports the time since its start.
        runsTasks ? taskMillis : 0,
        runsTasks ? gcMillis : 0);
  }
}
