// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Compares the overview with the driver's own report of its SQL query, five times a second. */
final class QuerySampler implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  // Two polls, and the time that a page takes to request their result.
  private static final Duration DELAY = Duration.ofSeconds(4);

  private final WebServer server;
  private final DriverProcess driver;
  private final Map<Long, Instant> firstJobs = new HashMap<>();
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /**
   * A response of the overview.
   *
   * @param query the query that the driver reported before and after it, and that had had jobs for
   *     four seconds
   * @param isBetweenJobs whether the driver reported no running job, before and after it
   * @param entry the application in the overview
   */
  record Sample(Optional<Query> query, boolean isBetweenJobs, JsonObject entry) {
    /** The query that the overview shows. */
    Optional<Query> shown() {
      return Optional.ofNullable(entry.getAsJsonObject("progress").getAsJsonObject("query"))
          .map(Query::of);
    }
  }

  /** A SQL query. */
  record Query(long id, String description) {
    private static Query of(JsonObject json) {
      return new Query(json.get("id").getAsLong(), json.get("description").getAsString());
    }
  }

  QuerySampler(WebServer server, DriverProcess driver) {
    this.server = server;
    this.driver = driver;
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::sample, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The samples so far. */
  List<Sample> samples() {
    assertThat(failures).isEmpty();
    return List.copyOf(samples);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void sample() {
    try {
      Optional<JsonObject> before = running();
      boolean isIdleBefore = !hasRunningJob();
      JsonObject entry =
          OverviewResponse.of(server).application(driver.applicationId()).orElseThrow();
      boolean isIdleAfter = !hasRunningJob();
      Optional<JsonObject> after = running();
      Optional<JsonObject> both =
          before
              .filter(query -> after.map(Query::of).equals(Optional.of(Query.of(query))))
              .filter(this::hasHadJobs);
      samples.add(
          new Sample(both.map(Query::of), both.isPresent() && isIdleBefore && isIdleAfter, entry));
    } catch (RuntimeException e) {
      failures.add(e.toString());
    }
  }

  private Optional<JsonObject> running() {
    String path =
        "/api/v1/applications/" + driver.applicationId() + "/sql?details=false&length=1000";
    String list = driver.get(path + "&planDescription=false").body();
    return StreamSupport.stream(JsonParser.parseString(list).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(query -> query.get("status").getAsString().equals("RUNNING"))
        .findFirst();
  }

  private boolean hasHadJobs(JsonObject query) {
    if (query.getAsJsonArray("runningJobIds").isEmpty()
        && query.getAsJsonArray("successJobIds").isEmpty()) {
      return false;
    }
    Instant first = firstJobs.computeIfAbsent(query.get("id").getAsLong(), id -> Instant.now());
    return Duration.between(first, Instant.now()).compareTo(DELAY) >= 0;
  }

  /**
   * Whether a job runs. The query would not tell: Spark updates it at most every 100 ms ({@code
   * spark.ui.liveUpdate.period}), so it lists a shorter job as running until the next one starts.
   */
  private boolean hasRunningJob() {
    String path = "/api/v1/applications/" + driver.applicationId() + "/jobs?status=running";
    return !JsonParser.parseString(driver.get(path).body()).getAsJsonArray().isEmpty();
  }
}
