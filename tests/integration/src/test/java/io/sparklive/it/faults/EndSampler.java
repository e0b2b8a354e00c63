// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.sparklive.testkit.WebServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests, every 50 ms, the resources of an application that ends: the list, its entry, its jobs,
 * its live page and its history. None may be missing, and list and entry must agree.
 */
final class EndSampler implements AutoCloseable {
  private static final int PACE = 50;
  // 302 redirects to the right page, 503 is temporary.
  private static final Set<Integer> FINE = Set.of(200, 302, 503);

  private final WebServer server;
  private final String id;
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> seen = new TreeSet<>();
  private int samples;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  EndSampler(WebServer server, String id) {
    this.server = server;
    this.id = id;
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::sample, 0, PACE, TimeUnit.MILLISECONDS);
  }

  /** Whether an entry of Spark's REST API is of a completed application. */
  static boolean isCompleted(String entry) {
    return JsonParser.parseString(entry)
        .getAsJsonObject()
        .getAsJsonArray("attempts")
        .get(0)
        .getAsJsonObject()
        .get("completed")
        .getAsBoolean();
  }

  synchronized boolean hasSeenLivePage() {
    return seen.contains("live 200");
  }

  synchronized void assertNothingWasMissing() {
    assertThat(wrong).as("wrong in %d samples of %s; seen: %s", samples, id, seen).isEmpty();
    assertThat(samples).isGreaterThan(10);
    // Samples exist from the end itself, and not only from before and after.
    assertThat(seen).as(id).contains("live 200", "live 302", "history 302", "history 200");
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    try {
      ListedState before = ShortTimeoutHistoryServer.stateOf(server, id);
      HttpResponse<String> entry = server.get("/api/v1/applications/" + id);
      ListedState after = ShortTimeoutHistoryServer.stateOf(server, id);
      note("entry", entry);
      note("jobs", server.get("/api/v1/applications/" + id + "/jobs"));
      note("live", server.get("/sparkui/" + id + "/jobs/"));
      note("history", server.get("/history/" + id + "/jobs/"));
      judge(before, entry, after);
    } catch (RuntimeException | AssertionError e) {
      synchronized (this) {
        wrong.add(e.toString());
      }
    }
  }

  private synchronized void note(String what, HttpResponse<String> response) {
    seen.add(what + " " + response.statusCode());
    if (!FINE.contains(response.statusCode())) {
      wrong.add(what + " " + response.statusCode() + ": " + response.body());
    }
  }

  private synchronized void judge(
      ListedState before, HttpResponse<String> entry, ListedState after) {
    samples++;
    if (before == ListedState.ABSENT || after == ListedState.ABSENT) {
      wrong.add("it is not listed");
    }
    ListedState state =
        entry.statusCode() == 200 && isCompleted(entry.body())
            ? ListedState.COMPLETED
            : ListedState.RUNNING;
    if (state != before && state != after) {
      wrong.add("listed as %s and %s, its entry is %s".formatted(before, after, state));
    }
  }
}
