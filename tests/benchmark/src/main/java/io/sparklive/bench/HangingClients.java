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

/**
 * People who look at drivers that hang: each waits until told that no answer came, and tries again.
 */
final class HangingClients implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Set<Integer> NO_ANSWER = Set.of(503, 504);

  /** What is told sooner has not hung. */
  private static final long SHORTEST_WAIT = Duration.ofSeconds(1).toNanos();

  /**
   * Who comes back at once may share in the end of the connection that the first one waited for.
   */
  private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private volatile boolean closed;

  /** Begins to look at these pages, each by one of them: one more every few milliseconds. */
  HangingClients(List<URI> pages) {
    for (int i = 0; i < pages.size(); i++) {
      URI page = pages.get(i);
      // In one burst some would wait for seconds until they are connected.
      CompletableFuture.delayedExecutor(10L * i, TimeUnit.MILLISECONDS).execute(() -> visit(page));
    }
  }

  /** Says if one of them did not have to wait, or was told something else. */
  void assertAllHang() {
    if (trouble.get() != null) {
      throw new IllegalStateException(trouble.get());
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void visit(URI page) {
    if (closed) {
      return;
    }
    long began = System.nanoTime();
    HttpRequest request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
    CompletableFuture<Void> unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .handle((answer, failure) -> next(page, began, answer, failure));
  }

  private Void next(URI page, long began, HttpResponse<Void> answer, Throwable failure) {
    long waited = System.nanoTime() - began;
    if (closed) {
      return null;
    }
    if (failure != null) {
      trouble.set(page + " failed: " + failure);
    } else if (waited < SHORTEST_WAIT || !NO_ANSWER.contains(answer.statusCode())) {
      trouble.set(
          "%s did not hang: %d after %d ms"
              .formatted(page, answer.statusCode(), Duration.ofNanos(waited).toMillis()));
    } else {
      LATER.execute(() -> visit(page));
    }
    return null;
  }
}
