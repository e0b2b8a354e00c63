// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.overview.signals.JobsOnSignal;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.StreamSupport;
import org.awaitility.core.ThrowingRunnable;

/** A real driver whose jobs make progress, end or fail only on a signal of the test. */
public final class SignalledDriver implements AutoCloseable {
  private final DriverProcess process;
  private final Signals signals;

  private SignalledDriver(DriverProcess process, Signals signals) {
    this.process = process;
    this.signals = signals;
  }

  /** Starts a driver of that version with these settings. */
  public static SignalledDriver start(SparkVersion version, DriverProcess.Builder described) {
    Signals signals = new Signals();
    try {
      DriverProcess process =
          described
              .classPath(FilterJar.of(version, JobsOnSignal.class))
              // Its own responses then change at once, not at the next heartbeat.
              .property("spark.ui.liveUpdate.period", "0")
              .property("spark.plugins", JobsOnSignal.class.getName())
              .property(JobsOnSignal.ADDRESS, signals.address())
              .start();
      return new SignalledDriver(process, signals);
    } catch (RuntimeException e) {
      signals.close();
      throw e;
    }
  }

  /** The driver itself, for direct requests. */
  public DriverProcess process() {
    return process;
  }

  /** Its application's id. */
  public String id() {
    return process.applicationId();
  }

  /** Starts a job with a unique description, and waits until the driver reports it. */
  public void startJob(String description, int tasks) {
    start("run", description, tasks);
  }

  /** Starts a job that skips a stage of as many tasks, after a job that completes at once. */
  public void startJobThatSkips(String description, int tasks) {
    start("skip", description, tasks);
  }

  /** Completes so many of its tasks. */
  public void succeed(String description, int tasks) {
    signals.toTasks(description, tasks, "succeed");
  }

  /** Makes one of its tasks fail, and so the job. */
  public void fail(String description) {
    signals.toTasks(description, 1, "fail");
  }

  /** The driver's own counts for the tasks of its running jobs, or of its last job. */
  public TaskCounts counts() {
    return TaskCounts.ofJobs(jobs());
  }

  /** Waits until the driver reports so many completed and running tasks. */
  public void awaitTasks(int done, int active) {
    awaiting(
        () ->
            assertThat(counts())
                .extracting(TaskCounts::done, TaskCounts::active)
                .containsExactly(done, active));
  }

  /** Waits until the driver reports this status of its last job, and no running task. */
  public void awaitEndOfJob(String status) {
    awaiting(() -> assertThat(lastJob().get("status").getAsString()).isEqualTo(status));
    awaiting(() -> assertThat(counts().active()).isZero());
  }

  /** Cancels all jobs, and waits until none runs. */
  public void cancelJobs() {
    signals.command("cancel 0 -");
    awaiting(
        () ->
            assertThat(jobs()).noneMatch(job -> job.get("status").getAsString().equals("RUNNING")));
  }

  /** The id of its newest running job, or of its last job if none runs. */
  public int newestJob() {
    return jobs().stream()
        .max(
            Comparator.comparing(
                    (JsonObject job) -> job.get("status").getAsString().equals("RUNNING"))
                .thenComparing(job -> job.get("jobId").getAsInt()))
        .orElseThrow()
        .get("jobId")
        .getAsInt();
  }

  @Override
  public void close() {
    process.close();
    signals.close();
  }

  private void start(String kind, String description, int tasks) {
    signals.command("%s %d %s".formatted(kind, tasks, description));
    awaiting(
        () -> {
          assertThat(lastJob().get("description").getAsString()).isEqualTo(description);
          assertThat(counts().active()).isPositive();
        });
  }

  /** The last job as the driver reports it. */
  JsonObject lastJob() {
    return jobs().stream()
        .max(Comparator.comparing(job -> job.get("jobId").getAsInt()))
        .orElseThrow();
  }

  private List<JsonObject> jobs() {
    String list = process.get("/api/v1/applications/" + id() + "/jobs").body();
    return StreamSupport.stream(JsonParser.parseString(list).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static void awaiting(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .untilAsserted(assertion);
  }
}
