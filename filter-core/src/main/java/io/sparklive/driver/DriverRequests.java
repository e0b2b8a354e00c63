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
 * Sends requests to drivers, one at a time for each URL: a caller that comes while a request is in
 * progress gets the response to that one.
 *
 * <p>A request is never aborted because it takes long. If a client closes the connection while a
 * driver computes its response, the driver logs {@code ERROR ServerRuntime$Responder …
 * EofException} with a stack trace of 100 lines (4.2.1, 4.3.0). So callers stop to wait when they
 * like, and the response is received all the same and dropped. A body that is too long is dropped
 * as it is received. Only far beyond these bounds is a connection closed: after a long time, or if
 * very many requests have no response yet, the oldest of them first.
 *
 * <p>Thread-safe.
 */
final class DriverRequests {
  /** For how long a body is kept that is longer than {@link #LONGEST_LATE}. */
  static final Duration PROMPT = Duration.ofSeconds(5);

  // Many slow drivers may respond at the same time, in no one's turn.
  private static final int LONGEST_LATE = 256 * 1024;
  // How much more than its bound of a body is received.
  private static final int DROPPED = 16;
  private static final Duration GRACE = Duration.ofSeconds(1);
  // Each is a connection. Many times what is sent at once.
  private static final int MOST_UNANSWERED = 2048;
  // How many connections to one driver await a late response, of those of the last minute.
  private static final int MOST_LATE = 4;
  private static final Duration LATE = Duration.ofMinutes(1);

  private final HttpClient client;
  private final String via;
  private final Duration patience;
  private final int mostUnanswered;
  private final Map<String, CompletableFuture<Received>> inProgress = new ConcurrentHashMap<>();
  // In the order in which they were sent.
  private final Set<Exchange> unanswered = new LinkedHashSet<>();
  private final Map<DriverAddress, Integer> late = new ConcurrentHashMap<>();

  /**
   * A response.
   *
   * @param body empty if it was too long
   */
  record Received(int status, HttpFields headers, Optional<byte[]> body) {}

  /**
   * @param via the name in the {@code Via} header of each request, by which a loop is noticed
   * @param patience how long a driver may take for a response before the connection is closed
   */
  DriverRequests(HttpClient client, String via, Duration patience) {
    this(client, via, patience, MOST_UNANSWERED);
  }

  /**
   * @param mostUnanswered how many requests of {@link #get} may have no response yet
   */
  DriverRequests(HttpClient client, String via, Duration patience, int mostUnanswered) {
    this.client = client;
    this.via = via;
    this.patience = patience;
    this.mostUnanswered = mostUnanswered;
  }

  /**
   * Sends a request, unless one is in progress.
   *
   * @param path with its first slash, and the query
   * @param longest how many bytes of the body are kept
   * @return the response; fails as Jetty's client does. It is shared: neither complete it nor
   *     cancel it
   */
  CompletableFuture<Received> get(DriverAddress address, String path, int longest) {
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
          new Exchange(request, received, longest, () -> inProgress.remove(url, received));
      begin(exchange);
      request.send(exchange);
      exchange.bound();
      return received;
    } catch (RuntimeException e) {
      inProgress.remove(url, received);
      received.completeExceptionally(e);
      throw e;
    }
  }

  private void begin(Exchange exchange) {
    Optional<Exchange> oldest = Optional.empty();
    synchronized (unanswered) {
      unanswered.add(exchange);
      if (unanswered.size() > mostUnanswered) {
        oldest = unanswered.stream().findFirst();
        oldest.ifPresent(unanswered::remove);
      }
    }
    oldest.ifPresent(
        cut -> cut.abort(new TimeoutException("too many requests have no response yet")));
  }

  /**
   * Sends a request on this connection, and closes the connection once it is done if nobody waits
   * for the response any more. If several connections to this driver await a late response, it
   * sends nothing, and closes the connection at once: a driver that hangs must not collect them.
   *
   * @param address where the connection leads
   * @param request a new request of the client whose connection it is
   * @param within how long the caller waits
   * @return the response; fails with a {@link TimeoutException} if it takes longer, or is not
   *     requested. Leave the connection alone then
   */
  CompletableFuture<Received> getOn(
      DriverAddress address,
      Connection connection,
      Request request,
      String path,
      int longest,
      Duration within) {
    if (late.getOrDefault(address, 0) >= MOST_LATE) {
      connection.close();
      return CompletableFuture.failedFuture(
          new TimeoutException("earlier requests to the driver have no response yet"));
    }
    prepare(request, path);
    CompletableFuture<Received> received = new CompletableFuture<>();
    CompletableFuture<Received> waiting =
        received.copy().orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
    Exchange exchange =
        new Exchange(
            request,
            received,
            longest,
            () -> {
              if (waiting.isCompletedExceptionally()) {
                connection.close();
              }
            });
    connection.send(request, exchange);
    exchange.bound();
    return waiting.whenComplete(
        (response, failure) -> {
          if (failure instanceof TimeoutException) {
            countLate(address, received);
          }
        });
  }

  /** Counts it until it is there, or for a while: the driver may be another one by then. */
  private void countLate(DriverAddress address, CompletableFuture<Received> received) {
    late.merge(address, 1, Integer::sum);
    CompletableFuture<Void> unused =
        received
            .handle((response, failure) -> true)
            .completeOnTimeout(false, LATE.toMillis(), TimeUnit.MILLISECONDS)
            .thenAccept(isDone -> late.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1));
  }

  private void prepare(Request request, String path) {
    Request unused =
        request
            .path(path)
            .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            // Proxied connections have a shorter one.
            .idleTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .headers(
                headers ->
                    headers
                        .put(HttpHeader.ACCEPT, "application/json")
                        .put(HttpHeader.VIA, "1.1 " + via));
  }

  /** One request, and the part of its response that is kept. */
  private final class Exchange implements Response.Listener {
    private final Request request;
    private final CompletableFuture<Received> received;
    private final int longest;
    private final Runnable done;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();
    private long length;
    private boolean late;
    private boolean dropped;

    Exchange(Request request, CompletableFuture<Received> received, int longest, Runnable done) {
      this.request = request;
      this.received = received;
      this.longest = longest;
      this.done = done;
    }

    /** Ends the request a little after Jetty's client should have, whatever keeps it. */
    void bound() {
      long most = patience.plus(GRACE).toMillis();
      CompletableFuture<Void> unused =
          received
              .copy()
              .thenAccept(response -> {})
              .orTimeout(most, TimeUnit.MILLISECONDS)
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
                      beLate();
                    }
                  });
    }

    void abort(Throwable failure) {
      CompletableFuture<Boolean> unused = request.abort(failure);
      end();
      received.completeExceptionally(failure);
    }

    private void end() {
      synchronized (unanswered) {
        unanswered.remove(this);
      }
      done.run();
    }

    private synchronized void beLate() {
      late = true;
      if (body.size() > LONGEST_LATE) {
        drop();
      }
    }

    @Override
    public void onBegin(Response response) {
      boolean unused = HttpClients.abortIfInterim(response);
    }

    @Override
    public synchronized void onContent(Response response, ByteBuffer content) {
      length += content.remaining();
      if (length > (long) longest * DROPPED) {
        CompletableFuture<Boolean> unused =
            response.abort(new IOException("a body without any bounds"));
      }
      if (length > (late ? Math.min(longest, LONGEST_LATE) : longest)) {
        drop();
      }
      if (!dropped) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        body.writeBytes(bytes);
      }
    }

    private void drop() {
      dropped = true;
      body = new ByteArrayOutputStream();
    }

    private synchronized Optional<byte[]> kept() {
      return dropped ? Optional.empty() : Optional.of(body.toByteArray());
    }

    @Override
    public void onComplete(Result result) {
      end();
      Optional<byte[]> kept = kept();
      if (result.isFailed() && kept.isPresent()) {
        received.completeExceptionally(result.getFailure());
      } else {
        Response response = result.getResponse();
        received.complete(new Received(response.getStatus(), response.getHeaders(), kept));
      }
    }
  }
}
