// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Clients of drivers that hang: each waits for the time-out error, and requests the page again. */
final class HangingClients implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Set<Integer> TIMED_OUT = Set.of(503, 504);

  /** A response before this time means that the driver did not hang. */
  private static final long SHORTEST_WAIT = Duration.ofSeconds(1).toNanos();

  /**
   * The pause before the next request: without it, a client may get the error of the same
   * connection attempt.
   */
  private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private volatile boolean closed;

  /** Begins to request these pages, each by one client: one more every few milliseconds. */
  HangingClients(List<URI> pages) {
    for (int i = 0; i < pages.size(); i++) {
      URI page = pages.get(i);
      // In one burst some clients would wait for seconds until they are connected.
      CompletableFuture.delayedExecutor(10L * i, TimeUnit.MILLISECONDS).execute(() -> send(page));
    }
  }

  /** Throws if a client did not have to wait, or got another response. */
  void assertAllHang() {
    if (trouble.get() != null) {
      throw new IllegalStateException(trouble.get());
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void send(URI page) {
    if (closed) {
      return;
    }
    long began = System.nanoTime();
    HttpRequest request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
    CompletableFuture<Void> unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .handle((response, failure) -> next(page, began, response, failure));
  }

  private Void next(URI page, long began, HttpResponse<Void> response, Throwable failure) {
    long waited = System.nanoTime() - began;
    if (closed) {
      return null;
    }
    if (failure != null) {
      trouble.set(page + " failed: " + failure);
    } else if (waited < SHORTEST_WAIT || !TIMED_OUT.contains(response.statusCode())) {
      trouble.set(
          "%s did not hang: %d after %d ms"
              .formatted(page, response.statusCode(), Duration.ofNanos(waited).toMillis()));
    } else {
      LATER.execute(() -> send(page));
    }
    return null;
  }
}
