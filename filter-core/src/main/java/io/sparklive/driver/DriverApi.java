// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverSettings;
import io.sparklive.concurrent.AsyncLimiter;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of the drivers' REST API. No request holds a thread while the driver computes its
 * response.
 *
 * <p>The format is that of Spark's <a
 * href="https://spark.apache.org/docs/latest/monitoring.html#rest-api">monitoring REST API</a>. A
 * driver lists only its own application under {@code /api/v1/applications}, with one attempt that
 * is not completed; any other response is not from a driver.
 *
 * <p>Thread-safe.
 */
public final class DriverApi {
  private static final Logger LOG = LoggerFactory.getLogger(DriverApi.class);
  // A driver's list is about 500 bytes, and the application's name may be long.
  private static final int MAX_LIST_BYTES = 64 * 1024;
  // Usually about 90 kB, most of it the class path.
  private static final int MAX_ENVIRONMENT_BYTES = 4 * 1024 * 1024;
  // Thousands of drivers may appear at the same time; each probe is a connection.
  private static final int MAX_CONCURRENT_PROBES = 512;
  // A response after the timeout is still received, but dropped: see DriverRequests.
  private static final Duration MAX_RESPONSE_TIME = Duration.ofMinutes(10);
  private static final String LIST = "/api/v1/applications";
  // In the HTML page that SparkUI serves until its own pages are attached.
  private static final String STARTING_UP = "Spark is starting up";
  // The statuses that require a login, or redirect to one (RFC 9110, section 15).
  private static final Set<Integer> AUTH_REQUIRED = Set.of(401, 403, 302, 303, 307);

  private final DriverRequests requests;
  private final Duration timeout;
  private final AsyncLimiter limiter = new AsyncLimiter(MAX_CONCURRENT_PROBES);
  private final TlsFailureLog tlsFailures = new TlsFailureLog();

  /**
   * @param client a started client that follows no redirects and responds to no challenge
   * @param via the filter's name in the {@code Via} header, by which a loop is detected
   * @param timeout how long callers wait for a whole response
   */
  public DriverApi(HttpClient client, String via, Duration timeout) {
    this(
        client,
        via,
        timeout,
        timeout.compareTo(MAX_RESPONSE_TIME) < 0 ? MAX_RESPONSE_TIME : timeout);
  }

  /**
   * @param maxResponseTime how long a driver may take before the connection to it is closed
   */
  DriverApi(HttpClient client, String via, Duration timeout, Duration maxResponseTime) {
    this.requests = new DriverRequests(client, via, maxResponseTime);
    this.timeout = timeout;
  }

  /**
   * Probes an address: which application does the driver there run? Probes are limited in number
   * and may wait. If the driver redirects to its HTTPS port, as with {@code spark.ssl.ui.enabled},
   * that port is probed.
   *
   * @return the result; never failed
   */
  public CompletableFuture<ProbeResult> probe(DriverAddress address) {
    return limiter
        .submit(() -> probeOnce(address), DriverRequests.PROMPT)
        .thenCompose(
            probed ->
                probed.https().isPresent()
                    ? probe(probed.https().get())
                    : CompletableFuture.completedFuture(probed.result()))
        .exceptionally(
            failure -> {
              LOG.warn("Probe of the driver at {} failed", address, failure);
              return new ProbeResult.NoResponse();
            });
  }

  /**
   * The result of one request.
   *
   * @param https the HTTPS port that the response redirects to; empty if it does not
   */
  private record Probed(ProbeResult result, Optional<DriverAddress> https) {}

  private CompletableFuture<Probed> probeOnce(DriverAddress address) {
    return requests
        .get(address, LIST, MAX_LIST_BYTES)
        .handle(
            (received, failure) -> {
              tlsFailures.record(address, failure);
              return failure == null
                  ? new Probed(read(address, received), HttpsRedirect.target(address, received))
                  : new Probed(resultOf(failure), Optional.empty());
            })
        .completeOnTimeout(
            new Probed(new ProbeResult.NoResponse(), Optional.empty()),
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Probes this connection: which application does the driver at its other end run? Another
   * connection to the same address may lead to another driver.
   *
   * @param address the address to which the connection leads
   * @param request a new request of the client that owns the connection
   * @return the result; failed if there is no response. If it fails with a {@link
   *     TimeoutException}, the response is still awaited, and the connection is closed after it. If
   *     several such responses are awaited already, the connection is closed immediately
   */
  public CompletableFuture<ProbeResult> probe(
      DriverAddress address, Connection connection, Request request) {
    return requests
        .getOn(address, connection, request, LIST, MAX_LIST_BYTES, timeout)
        .thenApply(received -> read(address, received));
  }

  /**
   * Gets the settings of a driver.
   *
   * @return the settings; empty if the driver does not report them
   */
  public CompletableFuture<Optional<DriverSettings>> settings(
      ApplicationId id, DriverAddress address) {
    return get(id, address, "/environment", MAX_ENVIRONMENT_BYTES)
        .thenApply(resource -> resource.body().flatMap(EnvironmentJson::read));
  }

  /**
   * A resource of a driver's application.
   *
   * @param body the JSON; empty if the driver did not respond with 200, or with more bytes than
   *     requested
   * @param isNotFound whether the driver responded with 404
   */
  record Resource(Optional<byte[]> body, boolean isNotFound) {
    private static final Resource NONE = new Resource(Optional.empty(), false);

    private static Resource of(DriverRequests.Received received) {
      return received.status() == HttpStatus.OK_200
          ? new Resource(received.body(), false)
          : new Resource(Optional.empty(), received.status() == HttpStatus.NOT_FOUND_404);
    }
  }

  /**
   * Gets a resource of a driver's application.
   *
   * @param path the path below the application, with its first slash, and the query
   * @param maxBytes how many bytes the response may have
   * @return the resource; never failed
   */
  CompletableFuture<Resource> get(
      ApplicationId id, DriverAddress address, String path, int maxBytes) {
    return requests
        .get(address, LIST + "/" + id + path, maxBytes)
        .handle((received, failure) -> failure == null ? Resource.of(received) : Resource.NONE)
        .completeOnTimeout(Resource.NONE, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ProbeResult read(DriverAddress address, DriverRequests.Received received) {
    if (AUTH_REQUIRED.contains(received.status())
        && HttpsRedirect.target(address, received).isEmpty()) {
      return new ProbeResult.AuthRequired(address);
    }
    if (received.status() != HttpStatus.OK_200 || received.body().isEmpty()) {
      return new ProbeResult.NotADriver();
    }
    String body = new String(received.body().get(), StandardCharsets.UTF_8);
    try {
      return readDriver(JsonParser.parseString(body), address).orElseGet(() -> readOther(body));
    } catch (RuntimeException e) {
      // Not the JSON of a driver: Gson and java.time throw several exceptions.
      return readOther(body);
    }
  }

  private static ProbeResult readOther(String body) {
    return body.contains(STARTING_UP) ? new ProbeResult.StartingUp() : new ProbeResult.NotADriver();
  }

  private static ProbeResult resultOf(Throwable failure) {
    if (failure instanceof ConnectException) {
      return new ProbeResult.ConnectionRefused();
    }
    if (failure
            instanceof
            SocketTimeoutException // "Connect Timeout": Jetty's own timeout is another class
        || failure instanceof NoRouteToHostException
        || failure instanceof UnknownHostException
        || failure instanceof UnresolvedAddressException) {
      return new ProbeResult.Unreachable();
    }
    return new ProbeResult.NoResponse();
  }

  private static Optional<ProbeResult> readDriver(JsonElement list, DriverAddress address) {
    if (list.getAsJsonArray().size() != 1) {
      return Optional.empty();
    }
    JsonObject application = list.getAsJsonArray().get(0).getAsJsonObject();
    if (!application.has("attempts") || application.getAsJsonArray("attempts").size() != 1) {
      return Optional.empty();
    }
    JsonObject attempt = application.getAsJsonArray("attempts").get(0).getAsJsonObject();
    if (!attempt.has("completed")
        || attempt.get("completed").getAsBoolean()
        || !attempt.has("startTimeEpoch")) {
      return Optional.empty();
    }
    ApplicationInfo info =
        new ApplicationInfo(
            text(application, "name").orElse(""),
            text(attempt, "attemptId"),
            Instant.ofEpochMilli(Math.max(0, attempt.get("startTimeEpoch").getAsLong())),
            text(attempt, "sparkUser").orElse(""),
            text(attempt, "appSparkVersion").orElse(ApplicationInfo.UNKNOWN_VERSION));
    return text(application, "id")
        .flatMap(ApplicationId::parse)
        .map(id -> new ProbeResult.Running(id, info, address));
  }

  private static Optional<String> text(JsonObject object, String field) {
    JsonElement value = object.get(field);
    return value == null || value.isJsonNull()
        ? Optional.empty()
        : Optional.of(value.getAsString());
  }
}
