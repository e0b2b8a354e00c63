// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.driver.RecordedProgress.entry;
import static io.sparklive.driver.RecordedProgress.job;
import static io.sparklive.driver.RecordedProgress.list;
import static io.sparklive.driver.RecordedProgress.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.sparklive.application.JobProgress;
import io.sparklive.application.TaskCounts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsJsonTest {
  private static List<Job> read(String json) throws IOException {
    return JobsJson.read(json.getBytes(UTF_8));
  }

  private static Job only(String json) throws IOException {
    List<Job> jobs = read(json);
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }

  /** The progress of all these jobs. */
  private static JobProgress progressOf(JsonObject... jobs) throws IOException {
    return Job.combine(read(list(jobs))).orElseThrow();
  }

  private static JobProgress withoutTimes(JobProgress job) {
    return new JobProgress(job.running(), job.job(), job.status(), job.description(), job.tasks());
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.2.0"})
  void readsFinishedJob(String version) throws IOException {
    List<Job> jobs = JobsJson.read(whole("jobs", version));

    assertThat(jobs).hasSize(1);
    Job job = jobs.get(0);
    assertThat(withoutTimes(job.progress()))
        .isEqualTo(
            new JobProgress(
                0,
                0,
                JobProgress.Status.SUCCEEDED,
                "reduce at App.java:5",
                new TaskCounts(4, 4, 0, 0, 0, 0)));
    assertThat(job.stages()).isEqualTo(new JobProgress.StageCounts(1, 1, 0));
    assertThat(job.stageIds()).containsExactly(0);
    assertThat(job.started().orElseThrow()).isBefore(job.ended().orElseThrow());
    assertThat(job.execution()).isEmpty();
  }

  @Test
  void readsTimes() throws IOException {
    Job job =
        only(
            list(
                job(
                    1,
                    "RUNNING",
                    "submissionTime",
                    "\"2026-11-21T19:29:10.878GMT\"",
                    "completionTime",
                    "absent")));

    assertThat(job.started()).contains(Instant.parse("2026-11-21T19:29:10.878Z"));
    assertThat(job.ended()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"yesterday\"", "\"2026-13-41T19:29:10.878GMT\"", "\"GMT\""})
  void ignoresMalformedTimes(String time) throws IOException {
    assertThat(only(list(job(1, "RUNNING", "submissionTime", time))).started()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"a\",\"spark-session-1-execution-root-id-7\"] | 7",
        "[\"spark-session-1-execution-root-id-x\"] | -1",
        "[\"spark-session-1\"] | -1",
        "null | -1",
        "absent | -1"
      })
  void readsQueryFromTags(String tags, long execution) throws IOException {
    assertThat(only(list(job(1, "RUNNING", "jobTags", tags))).execution().orElse(-1))
        .isEqualTo(execution);
  }

  @Test
  void countsStagesWithoutSkippedOnes() throws IOException {
    Job job =
        only(
            list(
                job(
                    1,
                    "RUNNING",
                    "stageIds",
                    "[4,5,6]",
                    "numSkippedStages",
                    "1",
                    "numCompletedStages",
                    "1",
                    "numFailedStages",
                    "2")));

    assertThat(job.stages()).isEqualTo(new JobProgress.StageCounts(2, 1, 2));
  }

  @Test
  void returnsNothingBeforeFirstJob() throws IOException {
    assertThat(read("[ ]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.2.0"})
  void countsTasksOfRunningJobAsProgressBarDoes(String version) throws IOException {
    JsonObject job =
        entry(
            "jobs",
            version,
            "jobId",
            "7",
            "status",
            "\"RUNNING\"",
            "numTasks",
            "110",
            "numActiveTasks",
            "8",
            // These are attempts: the same task may run twice.
            "numCompletedTasks",
            "43",
            "numCompletedIndices",
            "40",
            "numFailedTasks",
            "1",
            "numKilledTasks",
            "2",
            "numSkippedTasks",
            "10");

    assertThat(withoutTimes(progressOf(job)))
        .isEqualTo(
            new JobProgress(
                1,
                7,
                JobProgress.Status.RUNNING,
                "reduce at App.java:5",
                new TaskCounts(100, 40, 8, 1, 2, 10)));
  }

  @Test
  void prefersDescriptionOfUserToJobName() throws IOException {
    assertThat(progressOf(job(1, "RUNNING", "description", "\"Daily sales\"")).description())
        .isEqualTo("Daily sales");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\"  \""})
  void ignoresBlankDescription(String nothing) throws IOException {
    assertThat(progressOf(job(1, "RUNNING", "description", nothing)).description())
        .isEqualTo("reduce at App.java:5");
  }

  @Test
  void sumsRunningJobsUnderNewestName() throws IOException {
    JobProgress progress =
        progressOf(
            job(3, "RUNNING", "numTasks", "10", "numCompletedIndices", "1", "numActiveTasks", "2"),
            job(
                9,
                "RUNNING",
                "numTasks",
                "20",
                "numCompletedIndices",
                "3",
                "numFailedTasks",
                "4",
                "numKilledTasks",
                "5",
                "numSkippedTasks",
                "6",
                "description",
                "\"the newest\""),
            job(4, "RUNNING", "numTasks", "1", "numCompletedIndices", "0"));

    assertThat(withoutTimes(progress))
        .isEqualTo(
            new JobProgress(
                3, 9, JobProgress.Status.RUNNING, "the newest", new TaskCounts(25, 4, 2, 4, 5, 6)));
  }

  @ParameterizedTest
  @CsvSource({
    "\"SUCCEEDED\", SUCCEEDED",
    "\"FAILED\", FAILED",
    "\"UNKNOWN\", UNKNOWN",
    "\"running\", RUNNING",
    "\"ASCENDED\", UNKNOWN",
    "\"\", UNKNOWN",
    "null, UNKNOWN",
    "absent, UNKNOWN",
    "1, UNKNOWN"
  })
  void mapsSparkStatuses(String value, JobProgress.Status status) throws IOException {
    assertThat(progressOf(entry("jobs", "3.5.6", "status", value)).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "null, 0",
    "absent, 0",
    "-1, 0",
    "-99999999999999999999, 0",
    "2147483647, 2147483647",
    "2147483648, 2147483647",
    "99999999999999999999999, 2147483647",
    "1e300, 2147483647",
    "3.7, 3"
  })
  void clampsNumbersOutOfRange(String value, int number) throws IOException {
    JobProgress progress =
        progressOf(job(1, "RUNNING", "numActiveTasks", value, "numTasks", value));

    assertThat(progress.tasks().active()).isEqualTo(number);
    assertThat(progress.tasks().total()).isEqualTo(number);
  }

  @Test
  void saturatesOnOverflow() throws IOException {
    JsonObject[] jobs =
        IntStream.range(0, 5)
            .mapToObj(
                i -> job(i, "RUNNING", "numTasks", "2147483647", "numSkippedTasks", "-2147483648"))
            .toArray(JsonObject[]::new);

    assertThat(progressOf(jobs).tasks())
        .isEqualTo(new TaskCounts(Integer.MAX_VALUE, 20, 0, 0, 0, 0));
  }

  @Test
  void clampsTotalIfMoreTasksAreSkipped() throws IOException {
    assertThat(
            progressOf(job(1, "RUNNING", "numTasks", "4", "numSkippedTasks", "5")).tasks().total())
        .isZero();
  }

  @Test
  void ignoresUnknownFields() throws IOException {
    JobProgress progress =
        progressOf(job(1, "RUNNING", "more", "{\"jobId\":8,\"of\":[{}]}", "name", "\"n\""));
    assertThat(withoutTimes(progress))
        .isEqualTo(
            new JobProgress(
                1, 1, JobProgress.Status.RUNNING, "n", new TaskCounts(4, 4, 0, 0, 0, 0)));
    assertThat(only("[{}]").progress())
        .isEqualTo(
            new JobProgress(
                0, 0, JobProgress.Status.UNKNOWN, "", new TaskCounts(0, 0, 0, 0, 0, 0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "7",
        "<html>Spark is starting up</html>",
        "[7]",
        "[null]",
        "[[]]",
        "[{\"jobId\":{}}]",
        "[{\"jobId\":\"seven\"}]",
        "[{\"jobId\":1e999}]",
        "[{\"name\":[]}]",
        "[{\"status\":{}}]",
        "[{\"jobId\":1}",
        "[{\"jobId\":1",
        "[{jobId:1}]"
      })
  void rejectsMalformedJson(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfAny(
            IOException.class, IllegalStateException.class, NumberFormatException.class);
  }
}
