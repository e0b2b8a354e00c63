// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import io.sparklive.testkit.WebServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
import java.util.zip.GZIPInputStream;

/**
 * Viewers of the overview, each of which requests it every two seconds, compressed as browsers do.
 */
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
   * A response.
   *
   * @param took the response time
   * @param body the whole body; empty if it is not read
   */
  record View(Duration took, String body) {}

  /**
   * Begins to send requests.
   *
   * @param readOneOf the body of one in so many responses is kept
   */
  Viewers(WebServer server, int count, int readOneOf) {
    this.readOneOf = readOneOf;
    request =
        HttpRequest.newBuilder(URI.create(server.uri() + OverviewResponse.PATH))
            .timeout(Duration.ofSeconds(30))
            .header("Accept-Encoding", "gzip")
            .build();
    for (int i = 0; i < count; i++) {
      ScheduledFuture<?> unused =
          threads.scheduleAtFixedRate(
              this::view, i * PACE.toMillis() / count, PACE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The responses so far. */
  List<View> views() {
    return List.copyOf(views);
  }

  /** The failures so far. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Ends all viewers. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void view() {
    boolean read = begun.getAndIncrement() % readOneOf == 0;
    long from = System.nanoTime();
    CompletableFuture<Void> unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
            .thenAccept(
                response -> {
                  if (response.statusCode() == 200) {
                    Duration took = Duration.ofNanos(System.nanoTime() - from);
                    views.add(new View(took, read ? unzip(response.body()) : ""));
                  } else {
                    failures.add(response.toString());
                  }
                })
            .exceptionally(
                failure -> {
                  failures.add(failure.toString());
                  return null;
                });
  }

  private static String unzip(byte[] body) {
    try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
