// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Client of a Kubernetes API server, which sends only GET requests.
 *
 * <p>Thread-safe. Calls block; {@link #close} cancels them.
 */
public final class ApiServerClient implements AutoCloseable {
  // Pings detect a dead HTTP/2 connection; a watch ends by itself before this timeout.
  private static final Duration HTTP2_READ_TIMEOUT = Duration.ofMinutes(6);
  private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);
  // A log over HTTP/2 would fill up to 16 MiB of memory if its reader is slow (OkHttp's window).
  private static final List<Protocol> ONE_RESPONSE_PER_CONNECTION = List.of(Protocol.HTTP_1_1);
  private static final int MAX_IDLE_STREAM_CONNECTIONS = 2;
  private static final long STREAM_IDLE_SECONDS = 10;
  private static final long MAX_STATUS_BYTES = 64 * 1024;
  private static final Pattern USER = Pattern.compile("User \"([^\"]{1,200})\"");
  private static final Pattern IMPERSONATION =
      Pattern.compile(" cannot impersonate resource \"([^\"]{1,200})\"");
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private final ClusterConfig config;
  private final Duration readTimeout;
  private final OkHttpClient http;
  private final OkHttpClient streams;

  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param responseTimeout how long the API server may take to begin a response
   * @param readTimeout how long a response over HTTP/1.1 may pause
   */
  public ApiServerClient(ClusterConfig config, Duration responseTimeout, Duration readTimeout) {
    this.config = config;
    this.readTimeout = readTimeout;
    this.http =
        config
            .client()
            .getHttpClient()
            .newBuilder()
            .readTimeout(responseTimeout)
            .eventListener(new OpenCalls())
            .build();
    this.streams =
        http.newBuilder()
            .protocols(ONE_RESPONSE_PER_CONNECTION)
            .connectionPool(
                new ConnectionPool(
                    MAX_IDLE_STREAM_CONNECTIONS, STREAM_IDLE_SECONDS, TimeUnit.SECONDS))
            .build();
  }

  /**
   * A GET request to the API server.
   *
   * @param scope the namespaces that it concerns, for messages, such as {@code namespace etl}
   * @param verbs the verbs that its role needs, for messages, such as {@code list and watch}
   * @param resource the resource that its role needs, for messages, such as {@code pods}
   * @param path such as {@code /api/v1/pods}
   * @param accept the media types of the response
   */
  public record ApiRequest(
      String scope,
      String verbs,
      String resource,
      String path,
      Map<String, String> query,
      String accept) {

    /** A request for pods. */
    public ApiRequest(
        String scope, String verbs, String path, Map<String, String> query, String accept) {
      this(scope, verbs, "pods", path, query, accept);
    }
  }

  /** The address of the API server, and of the proxy to it if there is one, for messages. */
  public String address() {
    String server = config.client().getBasePath();
    return config
        .proxy()
        .map(proxy -> proxy + ", which proxy-url of the kubeconfig names")
        .or(() -> JvmProxy.to(URI.create(server), http.proxySelector()))
        .map(proxy -> server + " (through the proxy " + proxy + ")")
        .orElse(server);
  }

  /**
   * Sends a request, and waits until the response begins.
   *
   * @return a response with status 200, which the caller closes
   * @throws ApiFailure if the API server does not respond, or with another status
   */
  public Response get(ApiRequest request) throws ApiFailure {
    Response response = send(http, request);
    Duration maxPause = response.protocol() == Protocol.HTTP_2 ? HTTP2_READ_TIMEOUT : readTimeout;
    response.body().source().timeout().timeout(maxPause.toMillis(), TimeUnit.MILLISECONDS);
    return response;
  }

  /**
   * Sends a request for a response that may be long and may pause, and waits until the response
   * begins. It has a connection of its own: a slow reader delays no other response, and its part of
   * the response stays in the network, not in memory.
   *
   * @param maxPause how long the API server may take to begin the response, and to continue it
   * @return a response with status 200, which the caller closes
   * @throws ApiFailure if the API server does not respond, or with another status
   */
  public Response stream(ApiRequest request, Duration maxPause) throws ApiFailure {
    return send(streams.newBuilder().readTimeout(maxPause).build(), request);
  }

  private Response send(OkHttpClient sender, ApiRequest request) throws ApiFailure {
    Response response;
    try {
      response = sender.newCall(buildCall(request).request()).execute();
    } catch (Exception e) {
      // Unreadable credentials cause runtime exceptions. OkHttp, which is written in Kotlin, throws
      // an InterruptedException that it does not declare.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new ApiFailure(
          ApiFailure.Kind.UNAVAILABLE,
          "the API server %s cannot be reached: %s".formatted(address(), ErrorMessages.of(e)),
          Duration.ZERO,
          e);
    }
    if (response.code() != 200) {
      try (response) {
        throw failure(request, response);
      }
    }
    return response;
  }

  /** Cancels every call, and closes every connection. */
  @Override
  public void close() {
    closed = true;
    calls.forEach(Call::cancel);
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    streams.connectionPool().evictAll();
  }

  /**
   * Keeps the calls in flight, so that they can be cancelled. OkHttp's dispatcher drops a call as
   * soon as its response begins: {@link #close} could not cancel a watch.
   */
  private final class OpenCalls extends EventListener {
    @Override
    public void callStart(Call call) {
      calls.add(call);
      if (closed) {
        call.cancel();
      }
    }

    @Override
    public void callEnd(Call call) {
      calls.remove(call);
    }

    @Override
    public void callFailed(Call call, IOException failure) {
      calls.remove(call);
    }
  }

  private Call buildCall(ApiRequest request) throws ApiException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", request.accept());
    return config
        .client()
        .buildCall(
            null,
            request.path(),
            "GET",
            request.query().entrySet().stream()
                .map(p -> new Pair(p.getKey(), p.getValue()))
                .toList(),
            List.of(),
            null,
            headers,
            new HashMap<>(),
            new HashMap<>(),
            new String[] {"BearerToken"},
            null);
  }

  private ApiFailure failure(ApiRequest request, Response response) {
    String scope = request.scope();
    String message = messageOf(response);
    Duration retryAfter = retryAfter(response);
    return switch (response.code()) {
      case 400 -> failure(ApiFailure.Kind.REJECTED, scope + ": " + message, retryAfter);
      case 401 ->
          failure(
              ApiFailure.Kind.UNAUTHORIZED,
              "the API server %s rejects the credentials (401): the token may have expired"
                      .formatted(address())
                  + ", see docs/kubernetes.md",
              retryAfter);
      case 403 -> failure(ApiFailure.Kind.FORBIDDEN, describeDenial(request, message), retryAfter);
      case 404 -> failure(ApiFailure.Kind.NOT_FOUND, scope + ": not found", retryAfter);
      case 410 -> failure(ApiFailure.Kind.EXPIRED, scope + ": " + message, retryAfter);
      case 429 ->
          failure(
              ApiFailure.Kind.UNAVAILABLE,
              "the API server %s limits requests (429)".formatted(address()),
              retryAfter);
      default ->
          failure(
              ApiFailure.Kind.UNAVAILABLE,
              "the API server %s responds with %d: %s"
                  .formatted(address(), response.code(), message),
              retryAfter);
    };
  }

  private static ApiFailure failure(ApiFailure.Kind kind, String message, Duration retryAfter) {
    return new ApiFailure(kind, message, retryAfter, null);
  }

  /** The message of a {@code Status} object; if the body is none, the beginning of its text. */
  private static String messageOf(Response response) {
    try {
      String body = response.peekBody(MAX_STATUS_BYTES).string();
      try {
        JsonObject status = JsonParser.parseString(body).getAsJsonObject();
        return ErrorMessages.singleLine(status.get("message").getAsString());
      } catch (RuntimeException e) {
        return ErrorMessages.singleLine(body);
      }
    } catch (IOException e) {
      return ErrorMessages.of(e);
    }
  }

  /** The denied account, which Kubernetes names only in the message. */
  private static String accountIn(String message) {
    Matcher user = USER.matcher(message);
    if (!user.find()) {
      return "the account of the filter";
    }
    String name = user.group(1);
    return name.startsWith(SERVICE_ACCOUNT)
        ? "the service account " + name.substring(SERVICE_ACCOUNT.length()).replace(':', '/')
        : "the user " + name;
  }

  /** The account and the permission that it lacks: to impersonate a user, or a verb on pods. */
  private static String describeDenial(ApiRequest request, String message) {
    Matcher impersonation = IMPERSONATION.matcher(message);
    return impersonation.find()
        ? "%s: forbidden; %s needs impersonate on %s, as its kubeconfig has the field as"
                .formatted(request.scope(), accountIn(message), impersonation.group(1))
            + ": see docs/kubernetes.md"
        : "%s: forbidden; %s needs %s on %s: see docs/kubernetes.md"
            .formatted(request.scope(), accountIn(message), request.verbs(), request.resource());
  }

  /** The wait in {@code Retry-After}, seconds or a date (RFC 9110, section 10.2.3), or zero. */
  private static Duration retryAfter(Response response) {
    String text = response.header("Retry-After");
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      Duration after =
          text.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  Instant.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
      if (after.isNegative()) {
        return Duration.ZERO;
      }
      return after.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : after;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
