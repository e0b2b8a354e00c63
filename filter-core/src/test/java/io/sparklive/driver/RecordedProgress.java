// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Responses of real drivers, each with one job that has succeeded in local mode, and copies of them
 * with other values.
 */
final class RecordedProgress {
  private RecordedProgress() {}

  /**
   * The whole response of a driver of this Spark version to {@code …/jobs} or {@code …/executors}.
   */
  static byte[] whole(String kind, String version) {
    String file = kind + "-" + version + ".json";
    try (InputStream in = RecordedProgress.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Its only entry, with other values.
   *
   * @param changes names and JSON values in turn; {@code absent} in the place of a value removes
   *     the name
   */
  static JsonObject entry(String kind, String version, String... changes) {
    JsonObject entry =
        JsonParser.parseString(new String(whole(kind, version), UTF_8))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1].equals("absent")) {
        entry.remove(changes[i]);
      } else {
        entry.add(changes[i], JsonParser.parseString(changes[i + 1]));
      }
    }
    return entry;
  }

  /** A job of 4.2.0 with this id and status, and other values. */
  static JsonObject job(int id, String status, String... changes) {
    JsonObject job = entry("jobs", "4.2.0", changes);
    job.addProperty("jobId", id);
    job.addProperty("status", status);
    return job;
  }

  /** An executor of 4.2.0 with these numbers of cores and of started tasks. */
  static JsonObject executor(String id, int cores, int tasks) {
    JsonObject executor = entry("executors", "4.2.0");
    executor.addProperty("id", id);
    executor.addProperty("totalCores", cores);
    executor.addProperty("totalTasks", tasks);
    return executor;
  }

  /** A list as a driver would write it. */
  static String list(JsonObject... entries) {
    JsonArray list = new JsonArray();
    List.of(entries).forEach((JsonElement entry) -> list.add(entry));
    return list.toString();
  }
}
