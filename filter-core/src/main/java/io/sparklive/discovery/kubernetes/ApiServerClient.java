package io.sparklive.discovery.kubernetes;

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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * A Kubernetes API server, asked with GET alone.
 *
 * <p>Thread-safe. Calls block; {@link #close} breaks them off.
 */
final class ApiServerClient implements AutoCloseable {
  // Pings notice a silent HTTP/2 connection; a watch ends by itself before this.
  private static final Duration HTTP2_SILENCE = Duration.ofMinutes(6);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);
  private static final long LONGEST_STATUS = 64 * 1024;
  private static final Pattern USER = Pattern.compile("User \"([^\"]{1,200})\"");
  private static final Pattern IMPERSONATION =
      Pattern.compile(" cannot impersonate resource \"([^\"]{1,200})\"");
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private final ClusterConfig config;
  private final KubernetesTimings timings;
  private final OkHttpClient http;

  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  ApiServerClient(ClusterConfig config, KubernetesTimings timings) {
    this.config = config;
    this.timings = timings;
    this.http =
        config
            .client()
            .getHttpClient()
            .newBuilder()
            .readTimeout(timings.responseTimeout())
            .eventListener(new OpenCalls())
            .build();
  }

  /**
   * What the API server is asked.
   *
   * @param where what it is about, for messages, such as {@code namespace etl}
   * @param needs the verbs it takes, for messages, such as {@code list and watch}
   * @param path such as {@code /api/v1/pods}
   * @param accept the media types to answer with
   */
  record ApiRequest(
      String where, String needs, String path, Map<String, String> query, String accept) {}

  /** The address of the API server, and the proxy to it if there is one, for messages. */
  String address() {
    String server = config.client().getBasePath();
    return config
        .proxy()
        .map(proxy -> proxy + ", which proxy-url of the kubeconfig names")
        .or(() -> JvmProxy.to(URI.create(server), http.proxySelector()))
        .map(proxy -> server + " (through the proxy " + proxy + ")")
        .orElse(server);
  }

  /**
   * Asks, and waits until the answer begins.
   *
   * @return an answer of status 200, to be closed
   * @throws ApiFailure if there is none
   */
  Response get(ApiRequest question) throws ApiFailure {
    Response response;
    try {
      response = http.newCall(call(question).request()).execute();
    } catch (Exception e) {
      // Credentials that cannot be read come as runtime exceptions, and OkHttp, which is Kotlin,
      // throws an InterruptedException that it does not declare.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new ApiFailure(
          ApiFailure.Kind.UNAVAILABLE,
          "the API server %s cannot be asked: %s".formatted(address(), ErrorMessages.of(e)),
          Optional.empty(),
          e);
    }
    if (response.code() != 200) {
      try (response) {
        throw failure(question, response);
      }
    }
    Duration silence =
        response.protocol() == Protocol.HTTP_2 ? HTTP2_SILENCE : timings.readTimeout();
    response.body().source().timeout().timeout(silence.toMillis(), TimeUnit.MILLISECONDS);
    return response;
  }

  /** Breaks off every call, and lets go of every connection. */
  @Override
  public void close() {
    closed = true;
    calls.forEach(Call::cancel);
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /**
   * The dispatcher forgets a call as soon as its answer begins: a watch could not be broken off.
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

  private Call call(ApiRequest question) throws ApiException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", question.accept());
    return config
        .client()
        .buildCall(
            null,
            question.path(),
            "GET",
            question.query().entrySet().stream()
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

  private ApiFailure failure(ApiRequest question, Response response) {
    String where = question.where();
    String message = messageOf(response);
    Optional<Duration> retryAfter = retryAfter(response);
    return switch (response.code()) {
      case 401 ->
          failure(
              ApiFailure.Kind.UNAUTHORIZED,
              "the API server %s does not accept our credentials (401): the token may have expired"
                      .formatted(address())
                  + ", see docs/kubernetes.md",
              retryAfter);
      case 403 -> failure(ApiFailure.Kind.FORBIDDEN, forbidden(question, message), retryAfter);
      case 404 -> failure(ApiFailure.Kind.NOT_FOUND, where + ": not found", retryAfter);
      case 410 -> failure(ApiFailure.Kind.EXPIRED, where + ": " + message, retryAfter);
      case 429 ->
          failure(
              ApiFailure.Kind.UNAVAILABLE,
              "the API server %s asks for fewer questions (429)".formatted(address()),
              retryAfter);
      default ->
          failure(
              ApiFailure.Kind.UNAVAILABLE,
              "the API server %s answers %d: %s".formatted(address(), response.code(), message),
              retryAfter);
    };
  }

  private static ApiFailure failure(
      ApiFailure.Kind kind, String message, Optional<Duration> retryAfter) {
    return new ApiFailure(kind, message, retryAfter, null);
  }

  /** The message of a {@code Status} object, or how the text begins that came instead. */
  private static String messageOf(Response response) {
    try {
      String body = response.peekBody(LONGEST_STATUS).string();
      try {
        JsonObject status = JsonParser.parseString(body).getAsJsonObject();
        return ErrorMessages.inOneLine(status.get("message").getAsString());
      } catch (RuntimeException e) {
        return ErrorMessages.inOneLine(body);
      }
    } catch (IOException e) {
      return ErrorMessages.of(e);
    }
  }

  /** Kubernetes names the account it refuses in the message, and nowhere else. */
  private static String accountIn(String message) {
    Matcher user = USER.matcher(message);
    if (!user.find()) {
      return "our account";
    }
    String name = user.group(1);
    return name.startsWith(SERVICE_ACCOUNT)
        ? "the service account " + name.substring(SERVICE_ACCOUNT.length()).replace(':', '/')
        : "the user " + name;
  }

  /** Who lacks which right: that to act as another user, or one on pods. */
  private static String forbidden(ApiRequest question, String message) {
    Matcher impersonation = IMPERSONATION.matcher(message);
    return impersonation.find()
        ? "%s: forbidden; %s needs impersonate on %s, as its kubeconfig has the field as"
                .formatted(question.where(), accountIn(message), impersonation.group(1))
            + ": see docs/kubernetes.md"
        : "%s: forbidden; %s needs %s on pods: see docs/kubernetes.md"
            .formatted(question.where(), accountIn(message), question.needs());
  }

  /** RFC 9110, section 10.2.3: seconds or a date. */
  private static Optional<Duration> retryAfter(Response response) {
    String text = response.header("Retry-After");
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration after =
          text.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  Instant.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
      if (after.isNegative()) {
        return Optional.empty();
      }
      return Optional.of(after.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : after);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
