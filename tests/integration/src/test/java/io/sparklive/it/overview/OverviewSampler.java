// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Requests the overview five times a second, as a viewer, and records the responses. */
final class OverviewSampler implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  // The machine may be busy: the times of the samples count, not that of the test.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WebServer server;
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /**
   * A response.
   *
   * @param at when it was received
   * @param overview the response
   */
  record Sample(Instant at, OverviewResponse overview) {
    /** The verdict on an application; empty if it is not in the response. */
    String verdict(String id) {
      return entry(id).map(entry -> entry.get("verdict").getAsString()).orElse("");
    }

    Optional<JsonObject> entry(String id) {
      return overview.application(id);
    }

    /** The last report of the driver of this application. */
    JsonObject progress(String id) {
      return overview.progress(id).orElseThrow();
    }
  }

  OverviewSampler(WebServer server) {
    this.server = server;
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::sample, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The responses so far. */
  List<Sample> samples() {
    assertThat(failures).isEmpty();
    return List.copyOf(samples);
  }

  /** The responses from this time on. */
  List<Sample> since(Instant from) {
    return samples().stream().filter(sample -> !sample.at.isBefore(from)).toList();
  }

  /** The first response after this time with such an entry of an application. */
  Sample first(String id, Instant from, Duration limit, Predicate<JsonObject> expected) {
    return await()
        .atMost(limit.plus(PATIENCE))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> find(id, from, expected), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<Sample> find(String id, Instant from, Predicate<JsonObject> expected) {
    return since(from).stream()
        .filter(sample -> sample.entry(id).filter(expected).isPresent())
        .findFirst();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void sample() {
    try {
      OverviewResponse overview = OverviewResponse.of(server);
      samples.add(new Sample(Instant.now(), overview));
    } catch (RuntimeException e) {
      failures.add(e.toString());
    }
  }
}
