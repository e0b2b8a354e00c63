// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.sparklive.application.JobProgress;
import io.sparklive.application.TaskCounts;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the responses to {@code /jobs} and {@code /jobs/<id>} of a driver's REST API ({@code
 * JobData} in {@code api.scala}). Tasks are counted as the progress bars of Spark's own pages count
 * them ({@code JobPage.scala}).
 */
final class JobsJson {
  // A tag of each job of a SQL query from 4.0 on (SQLExecution.scala).
  private static final Pattern EXECUTION_TAG =
      Pattern.compile(".*-execution-root-id-([0-9]{1,18})");

  private JobsJson() {}

  /**
   * Reads a list of jobs.
   *
   * @throws IOException if the JSON is not a list of jobs
   */
  static List<Job> read(byte[] json) throws IOException {
    List<Job> jobs = new ArrayList<>();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        jobs.add(readJob(reader));
      }
    }
    return jobs;
  }

  /**
   * Reads one job.
   *
   * @throws IOException if the JSON is not a job
   */
  static Job readOne(byte[] json) throws IOException {
    try (JsonReader reader = Json.reader(json)) {
      return readJob(reader);
    }
  }

  private static Job readJob(JsonReader reader) throws IOException {
    int id = 0;
    int total = 0;
    int done = 0;
    int active = 0;
    int failed = 0;
    int killed = 0;
    int skipped = 0;
    int stagesDone = 0;
    int stagesSkipped = 0;
    int stagesFailed = 0;
    String name = "";
    String description = "";
    JobProgress.Status status = JobProgress.Status.UNKNOWN;
    Optional<Instant> started = Optional.empty();
    Optional<Instant> ended = Optional.empty();
    List<Integer> stageIds = List.of();
    OptionalLong execution = OptionalLong.empty();
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
        case "numCompletedStages" -> stagesDone = Json.count(reader);
        case "numSkippedStages" -> stagesSkipped = Json.count(reader);
        case "numFailedStages" -> stagesFailed = Json.count(reader);
        case "name" -> name = Json.text(reader);
        case "description" -> description = Json.text(reader);
        case "status" -> status = status(Json.text(reader));
        case "submissionTime" -> started = Json.time(reader);
        case "completionTime" -> ended = Json.time(reader);
        case "stageIds" -> stageIds = Json.counts(reader);
        case "jobTags" -> execution = readExecution(reader);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    int stages = Math.max(0, stageIds.size() - stagesSkipped);
    return new Job(
        id,
        status,
        description.isBlank() ? name : description,
        execution,
        started,
        ended,
        stageIds,
        new JobProgress.StageCounts(stages, Math.min(stagesDone, stages), stagesFailed),
        new TaskCounts(Math.max(0, total - skipped), done, active, failed, killed, skipped));
  }

  private static OptionalLong readExecution(JsonReader reader) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_ARRAY) {
      reader.skipValue();
      return OptionalLong.empty();
    }
    @Nullable String found = null;
    reader.beginArray();
    while (reader.hasNext()) {
      Matcher tag = EXECUTION_TAG.matcher(Json.text(reader));
      if (tag.matches()) {
        found = tag.group(1);
      }
    }
    reader.endArray();
    return found == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(found));
  }

  private static JobProgress.Status status(String text) {
    try {
      return JobProgress.Status.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return JobProgress.Status.UNKNOWN;
    }
  }
}
