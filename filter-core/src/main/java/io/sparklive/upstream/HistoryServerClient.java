// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static java.util.Objects.requireNonNull;

import io.sparklive.http.StaleConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the WAR's own GET requests to the History Server, with the credentials of a caller.
 *
 * <p>Thread-safe.
 */
public final class HistoryServerClient {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryServerClient.class);

  /** The time-out of requests for which the History Server reads no event log. */
  public static final Duration SHORT_TIMEOUT = Duration.ofSeconds(10);

  // The statuses of a proxy in front of it if it is down (RFC 9110, section 15.6) or overloaded.
  private static final List<Integer> UNAVAILABLE =
      List.of(
          HttpStatus.TOO_MANY_REQUESTS_429,
          HttpStatus.BAD_GATEWAY_502,
          HttpStatus.SERVICE_UNAVAILABLE_503,
          HttpStatus.GATEWAY_TIMEOUT_504);
  // With the plugin, the History Server forwards the response of the application's driver.
  private static final Pattern APPLICATION_RESOURCE = Pattern.compile("/api/v1/applications/.*");

  private final HttpClient client;
  private final URI server;
  private final String via;
  private final UpstreamHealth health;
  private final RenewedCookies renewedCookies;

  HistoryServerClient(
      HttpClient client,
      URI server,
      String via,
      UpstreamHealth health,
      RenewedCookies renewedCookies) {
    this.client = client;
    this.server = server;
    this.via = via;
    this.health = health;
    this.renewedCookies = renewedCookies;
  }

  /**
   * A response of the History Server.
   *
   * @param cookies its {@code Set-Cookie} headers; none if it leads to a login
   * @param date its {@code Date} header, by the History Server's clock; empty if it has none
   * @param body open until the {@link ResponseReader} returns, which may leave it unread
   */
  public record Received(
      int status, List<String> cookies, Optional<Instant> date, InputStream body) {}

  /** Reads a response. */
  @FunctionalInterface
  public interface ResponseReader<T> {
    /**
     * Reads the needed part of a response.
     *
     * @throws IOException if it is truncated, or is another page, such as a login form; then its
     *     cookies do not count
     */
    T read(Received response) throws IOException;
  }

  /**
   * Sends a GET request, and waits for its response.
   *
   * @param path the path below the History Server's address, with its first slash, and the query
   * @param accept the accepted media type
   * @param timeout how long the whole response may take
   * @return the result of the reader; empty if there is no response, or if the reader failed
   */
  public <T> Optional<T> get(
      IdentityHeaders identity,
      String path,
      String accept,
      Duration timeout,
      ResponseReader<? extends T> reader) {
    return health.hasFailedRecently()
        ? Optional.empty()
        : get(identity, path, accept, timeout, reader, true);
  }

  private <T> Optional<T> get(
      IdentityHeaders identity,
      String path,
      String accept,
      Duration timeout,
      ResponseReader<? extends T> reader,
      boolean isFirst) {
    IdentityHeaders sender = renewedCookies.current(identity);
    boolean isApplicationResource = APPLICATION_RESOURCE.matcher(path).matches();
    Request request =
        client
            .newRequest(server)
            .path(server.getRawPath() + path)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .headers(
                fields -> {
                  sender.values().forEach(fields::put);
                  fields.put(HttpHeader.ACCEPT, accept).put(HttpHeader.VIA, "1.1 " + via);
                });
    InputStreamResponseListener listener = new InputStreamResponseListener();
    request.send(listener);
    try {
      Response response = listener.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      List<String> cookies = cookiesOf(response);
      boolean isOk = response.getStatus() == HttpStatus.OK_200;
      if (!isOk) {
        renewedCookies.recordRenewal(sender, cookies);
      }
      if (isUnavailable(response)) {
        if (!isApplicationResource) {
          health.recordFailure("status " + response.getStatus());
        }
        return Optional.empty();
      }
      health.recordSuccess();
      try (InputStream body = listener.getInputStream()) {
        T read = reader.read(new Received(response.getStatus(), cookies, dateOf(response), body));
        if (isOk) {
          renewedCookies.recordRenewal(sender, cookies);
        }
        return Optional.of(read);
      }
    } catch (ExecutionException e) {
      Throwable failure = requireNonNull(e.getCause(), "Jetty's client reports the cause");
      if (isFirst && StaleConnection.mayHaveFailed(request, failure)) {
        return get(identity, path, accept, timeout, reader, false);
      }
      if (!isApplicationResource || !(failure instanceof TimeoutException)) {
        health.recordFailure(String.valueOf(failure));
      }
    } catch (TimeoutException e) {
      if (!isApplicationResource) {
        health.recordFailure("no response within " + timeout);
      }
    } catch (IOException e) {
      LOG.debug("Request to the History Server failed: {}", path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Without effect if the response was read to its end.
      CompletableFuture<Boolean> unused = request.abort(new IOException("enough was read"));
    }
    return Optional.empty();
  }

  /** Whether the status reports that the History Server is down or overloaded. */
  static boolean isUnavailable(Response response) {
    return UNAVAILABLE.contains(response.getStatus());
  }

  /** Returns no cookies of a login: the browser logs in itself, and receives other cookies. */
  private static List<String> cookiesOf(Response response) {
    boolean isLogin =
        HttpStatus.isRedirection(response.getStatus())
            || response.getStatus() == HttpStatus.UNAUTHORIZED_401;
    return isLogin ? List.of() : response.getHeaders().getValuesList(HttpHeader.SET_COOKIE);
  }

  private static Optional<Instant> dateOf(Response response) {
    long millis = response.getHeaders().getDateField(HttpHeader.DATE);
    return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
