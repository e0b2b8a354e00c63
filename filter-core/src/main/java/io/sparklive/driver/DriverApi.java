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
 * A driver's REST API, asked without holding a thread while it thinks.
 *
 * <p>The format is that of Spark's <a
 * href="https://spark.apache.org/docs/latest/monitoring.html#rest-api">monitoring REST API</a>. A
 * driver lists itself alone under {@code /api/v1/applications}, with one attempt that is not
 * completed; anything else is no driver's answer.
 *
 * <p>Thread-safe.
 */
public final class DriverApi {
  private static final Logger LOG = LoggerFactory.getLogger(DriverApi.class);
  // A driver's list of itself is about 500 bytes, and its name may be long.
  private static final int LONGEST_ANSWER = 64 * 1024;
  // Usually about 90 kB; the class path makes most of it.
  private static final int LONGEST_ENVIRONMENT = 4 * 1024 * 1024;
  // Thousands of drivers may appear at once; each question is a connection.
  private static final int MOST_AT_ONCE = 512;
  // A response that takes longer is dropped, but received: see DriverRequests.
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String LIST = "/api/v1/applications";
  // The page of SparkUI until its pages are attached, in HTML.
  private static final String STARTING_UP = "Spark is starting up";
  // What says that one has to log in, or to go somewhere to do so (RFC 9110, section 15).
  private static final Set<Integer> AUTH_REQUIRED = Set.of(401, 403, 302, 303, 307);

  private final DriverRequests requests;
  private final Duration timeout;
  private final AsyncLimiter turns = new AsyncLimiter(MOST_AT_ONCE);
  private final TlsFailureLog certificates = new TlsFailureLog();

  /**
   * @param client a started client that follows no redirects and answers no challenge
   * @param via what we are called in a {@code Via} header, by which a loop is noticed
   * @param timeout how long a driver may take for a whole answer
   */
  public DriverApi(HttpClient client, String via, Duration timeout) {
    this(client, via, timeout, timeout.compareTo(PATIENCE) < 0 ? PATIENCE : timeout);
  }

  /**
   * @param patience how long a driver may take before the connection to it is closed
   */
  DriverApi(HttpClient client, String via, Duration timeout, Duration patience) {
    this.requests = new DriverRequests(client, via, patience);
    this.timeout = timeout;
  }

  /**
   * Asks which application the driver at this address runs, in its turn. Where it leads to its
   * HTTPS port, as {@code spark.ssl.ui.enabled} makes it, it is asked there.
   *
   * @return what came of it; never failed
   */
  public CompletableFuture<ProbeResult> whatRunsAt(DriverAddress address) {
    return turns
        .submit(() -> ask(address), DriverRequests.PROMPT)
        .thenCompose(
            answer ->
                answer.secure().isPresent()
                    ? whatRunsAt(answer.secure().get())
                    : CompletableFuture.completedFuture(answer.reply()))
        .exceptionally(
            failure -> {
              LOG.warn("{} cannot be asked", address, failure);
              return new ProbeResult.NoResponse();
            });
  }

  /**
   * What came back.
   *
   * @param secure the HTTPS port that it leads to
   */
  private record Answer(ProbeResult reply, Optional<DriverAddress> secure) {}

  private CompletableFuture<Answer> ask(DriverAddress address) {
    return requests
        .get(address, LIST, LONGEST_ANSWER)
        .handle(
            (received, failure) -> {
              certificates.judge(address, failure);
              return failure == null
                  ? new Answer(read(address, received), HttpsRedirect.behind(address, received))
                  : new Answer(failed(failure), Optional.empty());
            })
        .completeOnTimeout(
            new Answer(new ProbeResult.NoResponse(), Optional.empty()),
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Asks which application answers on this very connection, whatever may answer on another.
   *
   * @param address where the connection leads
   * @param request a new request of the client whose connection it is
   * @return what answered; failed where nothing did. If it fails with a {@link TimeoutException},
   *     the response is still awaited, and the connection is closed once it has come; it is closed
   *     at once if several such responses are awaited already
   */
  public CompletableFuture<ProbeResult> whatRunsBehind(
      DriverAddress address, Connection connection, Request request) {
    return requests
        .getOn(address, connection, request, LIST, LONGEST_ANSWER, timeout)
        .thenApply(received -> read(address, received));
  }

  /**
   * Asks a driver for its settings.
   *
   * @return what they say; empty where it does not tell
   */
  public CompletableFuture<Optional<DriverSettings>> settingsOf(
      ApplicationId id, DriverAddress address) {
    return tell(id, address, "/environment", LONGEST_ENVIRONMENT)
        .thenApply(json -> json.flatMap(EnvironmentJson::read));
  }

  /**
   * Asks a driver for something of its application.
   *
   * @param below the path below the application, with its first slash, and the query
   * @param longest how many bytes the answer may have
   * @return the JSON; empty where it does not tell, or more than that
   */
  CompletableFuture<Optional<byte[]>> tell(
      ApplicationId id, DriverAddress address, String below, int longest) {
    return requests
        .get(address, LIST + "/" + id + below, longest)
        .handle(
            (received, failure) ->
                failure == null && received.status() == HttpStatus.OK_200
                    ? received.body()
                    : Optional.<byte[]>empty())
        .completeOnTimeout(Optional.empty(), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ProbeResult read(DriverAddress address, DriverRequests.Received received) {
    if (AUTH_REQUIRED.contains(received.status())
        && HttpsRedirect.behind(address, received).isEmpty()) {
      return new ProbeResult.AuthRequired(address);
    }
    if (received.status() != HttpStatus.OK_200 || received.body().isEmpty()) {
      return new ProbeResult.NotADriver();
    }
    String body = new String(received.body().get(), StandardCharsets.UTF_8);
    try {
      return running(JsonParser.parseString(body), address).orElseGet(() -> other(body));
    } catch (RuntimeException e) {
      // Not the shape of a driver's answer, in any of the ways that Gson and java.time tell.
      return other(body);
    }
  }

  private static ProbeResult other(String body) {
    return body.contains(STARTING_UP) ? new ProbeResult.StartingUp() : new ProbeResult.NotADriver();
  }

  private static ProbeResult failed(Throwable failure) {
    if (failure instanceof ConnectException) {
      return new ProbeResult.ConnectionRefused();
    }
    if (failure instanceof SocketTimeoutException // "Connect Timeout": Jetty's own is another
        || failure instanceof NoRouteToHostException
        || failure instanceof UnknownHostException
        || failure instanceof UnresolvedAddressException) {
      return new ProbeResult.Unreachable();
    }
    return new ProbeResult.NoResponse();
  }

  private static Optional<ProbeResult> running(JsonElement list, DriverAddress address) {
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
    ApplicationInfo facts =
        new ApplicationInfo(
            text(application, "name").orElse(""),
            text(attempt, "attemptId"),
            Instant.ofEpochMilli(Math.max(0, attempt.get("startTimeEpoch").getAsLong())),
            text(attempt, "sparkUser").orElse(""),
            text(attempt, "appSparkVersion").orElse(ApplicationInfo.UNKNOWN_VERSION));
    return text(application, "id")
        .flatMap(ApplicationId::parse)
        .map(id -> new ProbeResult.Running(id, facts, address));
  }

  private static Optional<String> text(JsonObject object, String field) {
    JsonElement value = object.get(field);
    return value == null || value.isJsonNull()
        ? Optional.empty()
        : Optional.of(value.getAsString());
  }
}
