// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests pages and REST resources of one application without a pause, from its construction until
 * it is closed. Thread-safe.
 */
final class LoadGenerator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Between two requests for a path: without it, no other process starts on a small machine. */
  private static final long PAUSE_MILLIS = 5;

  // Live, redirected to its history, unreachable, ended, or timed out.
  private static final Set<Integer> RIGHT = Set.of(200, 302, 502, 503, 504);

  private final URI server;
  private final String otherName;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger shown = new AtomicInteger();
  private final AtomicInteger responses = new AtomicInteger();
  private final ExecutorService threads;

  /**
   * Starts to send requests.
   *
   * @param server the History Server
   * @param id the application that is requested
   * @param otherName the name of another application, which no response may contain
   */
  LoadGenerator(URI server, String id, String otherName) {
    this.server = server;
    this.otherName = otherName;
    List<String> paths =
        List.of(
            "/sparkui/" + id + "/jobs/",
            "/sparkui/" + id + "/environment/",
            "/sparkui/" + id + "/api/v1/applications",
            "/api/v1/applications/" + id + "/environment",
            "/api/v1/applications/" + id);
    threads = Executors.newFixedThreadPool(paths.size());
    paths.forEach(path -> threads.execute(() -> sendRequests(path)));
  }

  /** The number of responses with status 200. */
  int shown() {
    return shown.get();
  }

  /** The number of responses. */
  int responses() {
    return responses.get();
  }

  /** Fails if a response was of the other application or had an unexpected status. */
  void assertOnlyOwnResponses() {
    assertThat(wrong).as("wrong of %s responses", responses).isEmpty();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendRequests(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE).build();
    while (!threads.isShutdown()) {
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        judge(path, client.send(request, HttpResponse.BodyHandlers.ofString()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException e) {
        // The driver broke off in a response, so the filter aborted its own.
      }
    }
  }

  private void judge(String path, HttpResponse<String> response) {
    responses.incrementAndGet();
    if (response.statusCode() == 200) {
      shown.incrementAndGet();
    }
    if (!RIGHT.contains(response.statusCode()) || response.body().contains(otherName)) {
      String start = response.body().substring(0, Math.min(300, response.body().length()));
      wrong.add(path + ": " + response.statusCode() + " " + start);
    }
  }
}
