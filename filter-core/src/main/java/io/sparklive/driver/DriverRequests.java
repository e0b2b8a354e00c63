// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.DriverAddress;
import io.sparklive.http.HttpClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Sends requests to drivers, one at a time for each URL: while a request is in progress, further
 * callers get the response to that request.
 *
 * <p>A request is never aborted because it takes long. If a client closes the connection while a
 * driver computes its response, the driver logs {@code ERROR ServerRuntime$Responder …
 * EofException} with a stack trace of 100 lines (4.2.1, 4.3.0). So each caller stops waiting after
 * its own timeout; the response is still received, and dropped. A body that is too long is received
 * and dropped as well. A connection is closed only far beyond these limits: after a long time, or
 * if very many requests have no response yet, the oldest of them first.
 *
 * <p>Thread-safe.
 */
final class DriverRequests {
  /** After this time a response is late: a body longer than {@link #MAX_LATE_BYTES} is dropped. */
  static final Duration PROMPT = Duration.ofSeconds(5);

  // Many slow drivers may respond at the same time: no AsyncLimiter limits late responses.
  private static final int MAX_LATE_BYTES = 256 * 1024;
  // A body is received, and dropped, up to this multiple of its limit.
  private static final int MAX_DROPPED_FACTOR = 16;
  private static final Duration GRACE = Duration.ofSeconds(1);
  // Each is a connection. Many times the number of requests that callers send at the same time.
  private static final int MAX_PENDING = 2048;
  // How many connections to one driver may await a late response; see LATE_COUNT_TIME.
  private static final int MAX_LATE = 4;
  private static final Duration LATE_COUNT_TIME = Duration.ofMinutes(1);

  private final HttpClient client;
  private final String via;
  private final Duration maxResponseTime;
  private final int maxPending;
  private final Map<String, CompletableFuture<Received>> inProgress = new ConcurrentHashMap<>();
  // Requests of get() without a response, in the order in which they were sent.
  private final Set<Exchange> pending = new LinkedHashSet<>();
  private final Map<DriverAddress, Integer> late = new ConcurrentHashMap<>();

  /**
   * A response.
   *
   * @param body empty if it was too long
   */
  record Received(int status, HttpFields headers, Optional<byte[]> body) {}

  /**
   * @param via the name in the {@code Via} header of each request, by which a loop is detected
   * @param maxResponseTime how long a driver may take for a response before the connection is
   *     closed
   */
  DriverRequests(HttpClient client, String via, Duration maxResponseTime) {
    this(client, via, maxResponseTime, MAX_PENDING);
  }

  /**
   * @param maxPending how many requests of {@link #get} may have no response yet
   */
  DriverRequests(HttpClient client, String via, Duration maxResponseTime, int maxPending) {
    this.client = client;
    this.via = via;
    this.maxResponseTime = maxResponseTime;
    this.maxPending = maxPending;
  }

  /**
   * Sends a request, unless one to the same URL is in progress.
   *
   * @param path with its first slash, and the query
   * @param maxBytes how many bytes of the body are kept
   * @return the response; fails as Jetty's client does. Callers share it: neither complete it nor
   *     cancel it
   */
  CompletableFuture<Received> get(DriverAddress address, String path, int maxBytes) {
    String url = address.uri() + path;
    CompletableFuture<Received> received = new CompletableFuture<>();
    CompletableFuture<Received> earlier = inProgress.putIfAbsent(url, received);
    if (earlier != null) {
      return earlier;
    }
    try {
      Request request = client.newRequest(address.uri());
      prepare(request, path);
      Exchange exchange =
          new Exchange(request, received, maxBytes, () -> inProgress.remove(url, received));
      addPending(exchange);
      request.send(exchange);
      exchange.startTimers();
      return received;
    } catch (RuntimeException e) {
      inProgress.remove(url, received);
      received.completeExceptionally(e);
      throw e;
    }
  }

  private void addPending(Exchange exchange) {
    Optional<Exchange> oldest = Optional.empty();
    synchronized (pending) {
      pending.add(exchange);
      if (pending.size() > maxPending) {
        oldest = pending.stream().findFirst();
        oldest.ifPresent(pending::remove);
      }
    }
    oldest.ifPresent(
        aborted -> aborted.abort(new TimeoutException("too many requests have no response yet")));
  }

  /**
   * Sends a request on this connection. If the response comes after the caller's timeout, the
   * connection is closed after it. If several connections to this driver await a late response, it
   * sends nothing, and closes the connection immediately: the connections to a driver that hangs
   * must not accumulate.
   *
   * @param address the address to which the connection leads
   * @param request a new request of the client that owns the connection
   * @param timeout how long the caller waits
   * @return the response; fails with a {@link TimeoutException} if it takes longer, or if nothing
   *     was sent. Do not use the connection then
   */
  CompletableFuture<Received> getOn(
      DriverAddress address,
      Connection connection,
      Request request,
      String path,
      int maxBytes,
      Duration timeout) {
    if (late.getOrDefault(address, 0) >= MAX_LATE) {
      connection.close();
      return CompletableFuture.failedFuture(
          new TimeoutException("earlier requests to the driver have no response yet"));
    }
    prepare(request, path);
    CompletableFuture<Received> received = new CompletableFuture<>();
    CompletableFuture<Received> awaited =
        received.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    Exchange exchange =
        new Exchange(
            request,
            received,
            maxBytes,
            () -> {
              if (awaited.isCompletedExceptionally()) {
                connection.close();
              }
            });
    connection.send(request, exchange);
    exchange.startTimers();
    return awaited.whenComplete(
        (response, failure) -> {
          if (failure instanceof TimeoutException) {
            countLate(address, received);
          }
        });
  }

  /**
   * Counts a late response until it is received, but not longer than {@link #LATE_COUNT_TIME}:
   * another driver may have the address by then.
   */
  private void countLate(DriverAddress address, CompletableFuture<Received> received) {
    late.merge(address, 1, Integer::sum);
    CompletableFuture<Void> unused =
        received
            .handle((response, failure) -> true)
            .completeOnTimeout(false, LATE_COUNT_TIME.toMillis(), TimeUnit.MILLISECONDS)
            .thenAccept(isDone -> late.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1));
  }

  private void prepare(Request request, String path) {
    Request unused =
        request
            .path(path)
            .timeout(maxResponseTime.toMillis(), TimeUnit.MILLISECONDS)
            // The client of proxied connections has a shorter idle timeout.
            .idleTimeout(maxResponseTime.toMillis(), TimeUnit.MILLISECONDS)
            .headers(
                headers ->
                    headers
                        .put(HttpHeader.ACCEPT, "application/json")
                        .put(HttpHeader.VIA, "1.1 " + via));
  }

  /** A request, and the part of its response that is kept. */
  private final class Exchange implements Response.Listener {
    private final Request request;
    private final CompletableFuture<Received> received;
    private final int maxBytes;
    private final Runnable onEnd;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();
    private long length;
    private boolean isLate;
    private boolean isDropped;

    /**
     * @param onEnd runs once the exchange has ended in any way
     */
    Exchange(Request request, CompletableFuture<Received> received, int maxBytes, Runnable onEnd) {
      this.request = request;
      this.received = received;
      this.maxBytes = maxBytes;
      this.onEnd = onEnd;
    }

    /**
     * Starts the timer after which the response is late, and the one that aborts the request. The
     * latter fires a little after the timeout of Jetty's client, in case that one has no effect.
     */
    void startTimers() {
      long abortMillis = maxResponseTime.plus(GRACE).toMillis();
      CompletableFuture<Void> unused =
          received
              .copy()
              .thenAccept(response -> {})
              .orTimeout(abortMillis, TimeUnit.MILLISECONDS)
              .whenComplete(
                  (response, failure) -> {
                    if (failure instanceof TimeoutException) {
                      abort(failure);
                    }
                  });
      CompletableFuture<Void> unusedTimer =
          received
              .handle((response, failure) -> true)
              .completeOnTimeout(false, PROMPT.toMillis(), TimeUnit.MILLISECONDS)
              .thenAccept(
                  isDone -> {
                    if (!isDone) {
                      markLate();
                    }
                  });
    }

    void abort(Throwable failure) {
      CompletableFuture<Boolean> unused = request.abort(failure);
      end();
      received.completeExceptionally(failure);
    }

    private void end() {
      synchronized (pending) {
        pending.remove(this);
      }
      onEnd.run();
    }

    private synchronized void markLate() {
      isLate = true;
      if (body.size() > MAX_LATE_BYTES) {
        drop();
      }
    }

    /**
     * Aborts at an interim response that Jetty's client does not support. The client skips some
     * interim responses (RFC 9110, section 15.2); after any other it would wait for ever.
     */
    @Override
    public void onBegin(Response response) {
      boolean unused = HttpClients.abortIfInterim(response);
    }

    @Override
    public synchronized void onContent(Response response, ByteBuffer content) {
      length += content.remaining();
      if (length > (long) maxBytes * MAX_DROPPED_FACTOR) {
        CompletableFuture<Boolean> unused =
            response.abort(new IOException("a body without any bounds"));
      }
      if (length > (isLate ? Math.min(maxBytes, MAX_LATE_BYTES) : maxBytes)) {
        drop();
      }
      if (!isDropped) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        body.writeBytes(bytes);
      }
    }

    private void drop() {
      isDropped = true;
      body = new ByteArrayOutputStream();
    }

    private synchronized Optional<byte[]> keptBody() {
      return isDropped ? Optional.empty() : Optional.of(body.toByteArray());
    }

    @Override
    public void onComplete(Result result) {
      end();
      Optional<byte[]> kept = keptBody();
      if (result.isFailed() && kept.isPresent()) {
        received.completeExceptionally(result.getFailure());
      } else {
        Response response = result.getResponse();
        received.complete(new Received(response.getStatus(), response.getHeaders(), kept));
      }
    }
  }
}
