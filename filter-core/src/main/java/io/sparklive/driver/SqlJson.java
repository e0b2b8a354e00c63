// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses the responses to {@code /sql} and {@code /sql/<id>} of a driver's REST API ({@code
 * ExecutionData} in {@code api.scala} of Spark SQL).
 */
final class SqlJson {
  private SqlJson() {}

  /**
   * A SQL query.
   *
   * @param description the description of its jobs, such as its text; not sanitized
   * @param runningJobs the ids of its running jobs
   * @param endedJobs the ids of its other jobs
   */
  record Execution(
      long id,
      boolean isRunning,
      String description,
      Optional<Instant> started,
      List<Integer> runningJobs,
      List<Integer> endedJobs) {}

  /**
   * Reads a list of queries.
   *
   * @throws IOException if the JSON is not a list of queries
   */
  static List<Execution> read(byte[] json) throws IOException {
    List<Execution> executions = new ArrayList<>();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        executions.add(readExecution(reader));
      }
    }
    return executions;
  }

  /**
   * Reads one query.
   *
   * @throws IOException if the JSON is not a query
   */
  static Execution readOne(byte[] json) throws IOException {
    try (JsonReader reader = Json.reader(json)) {
      return readExecution(reader);
    }
  }

  private static Execution readExecution(JsonReader reader) throws IOException {
    long id = 0;
    boolean isRunning = false;
    String description = "";
    Optional<Instant> started = Optional.empty();
    List<Integer> running = List.of();
    List<Integer> ended = new ArrayList<>();
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "id" -> id = Json.longCount(reader);
        case "status" -> isRunning = Json.text(reader).equals("RUNNING");
        case "description" -> description = Json.text(reader);
        case "submissionTime" -> started = Json.time(reader);
        case "runningJobIds" -> running = Json.counts(reader);
        case "successJobIds", "failedJobIds" -> ended.addAll(Json.counts(reader));
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    return new Execution(id, isRunning, description, started, running, ended);
  }
}
