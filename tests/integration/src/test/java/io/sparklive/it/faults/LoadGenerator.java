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

  /** Between two requests for a path: without it, nothing else would start on a small machine. */
  private static final long PAUSE_MILLIS = 5;

  // Shown, not reached, ended, in time not answered, or gone to its history.
  private static final Set<Integer> RIGHT = Set.of(200, 302, 502, 503, 504);

  private final URI server;
  private final String otherName;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger shown = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
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
    paths.forEach(path -> threads.execute(() -> askOnAndOn(path)));
  }

  /** The number of responses with status 200. */
  int shown() {
    return shown.get();
  }

  /** The number of responses. */
  int answers() {
    return answers.get();
  }

  /** Fails if a response was of the other application or had an unexpected status. */
  void assertSawNobodyElse() {
    assertThat(wrong).as("wrong of %s answers", answers).isEmpty();
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

  private void askOnAndOn(String path) {
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
        // The driver broke off half-way: so did the answer.
      }
    }
  }

  private void judge(String path, HttpResponse<String> answer) {
    answers.incrementAndGet();
    if (answer.statusCode() == 200) {
      shown.incrementAndGet();
    }
    if (!RIGHT.contains(answer.statusCode()) || answer.body().contains(otherName)) {
      String start = answer.body().substring(0, Math.min(300, answer.body().length()));
      wrong.add(path + ": " + answer.statusCode() + " " + start);
    }
  }
}
