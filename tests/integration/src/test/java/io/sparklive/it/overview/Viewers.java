// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** People with the overview in front of them, which asks for news every two seconds for each. */
final class Viewers implements AutoCloseable {
  private static final Duration PACE = Duration.ofSeconds(2);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest request;
  private final int readOneOf;
  private final AtomicInteger begun = new AtomicInteger();
  private final Queue<View> views = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);

  /**
   * What one of them got.
   *
   * @param took how long that took
   * @param body all of it, but empty where it is not to be read
   */
  record View(Duration took, String body) {}

  /**
   * Begins to look.
   *
   * @param readOneOf of so many answers one is kept
   */
  Viewers(WebServer server, int count, int readOneOf) {
    this.readOneOf = readOneOf;
    request =
        HttpRequest.newBuilder(URI.create(server.uri() + OverviewResponse.PATH))
            .timeout(Duration.ofSeconds(30))
            .build();
    for (int i = 0; i < count; i++) {
      ScheduledFuture<?> unused =
          threads.scheduleAtFixedRate(
              this::look, i * PACE.toMillis() / count, PACE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What they have got so far. */
  List<View> views() {
    return List.copyOf(views);
  }

  /** What went wrong so far. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** All look away. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void look() {
    boolean read = begun.getAndIncrement() % readOneOf == 0;
    long from = System.nanoTime();
    CompletableFuture<Void> unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .handle(
                (answer, failure) -> {
                  if (failure != null || answer.statusCode() != 200) {
                    failures.add(failure == null ? answer.toString() : failure.toString());
                  } else {
                    Duration took = Duration.ofNanos(System.nanoTime() - from);
                    views.add(new View(took, read ? answer.body() : ""));
                  }
                  return null;
                });
  }
}
