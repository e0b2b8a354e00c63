// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.kubernetes.ApiServerClient;
import io.sparklive.kubernetes.ApiServerClient.ApiRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * Requests pods and logs from the API server. Each pod is checked by the API server's own labels
 * before its log is read.
 *
 * <p>Thread-safe. Calls block.
 */
public final class PodLogs {
  /**
   * How long a followed log may be quiet. A browser that has left is noticed only when there is
   * something to write; so the response ends after this time, and the viewer continues it with a
   * new request. Servers close connections that are idle for 30 seconds (Jetty's default).
   */
  static final Duration MAX_QUIET = Duration.ofSeconds(15);

  /** A list of more executors than that is of no use to a reader. */
  static final int MAX_PODS = 2000;

  private static final int PAGE = 500;
  private static final String JSON = "application/json";
  // Errors of the API server are JSON also if the log is text.
  private static final String ANY = "application/json, */*";
  // A name of a pod is a DNS subdomain (RFC 1123).
  private static final Pattern POD = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

  private final Supplier<Optional<ApiServerClient>> apiServer;
  private final Duration maxQuiet;
  private final Instant began;
  private final Map<String, String> denials = new TreeMap<>();

  /**
   * @param apiServer the client of the API server, as soon as it is configured
   */
  public PodLogs(Supplier<Optional<ApiServerClient>> apiServer, InstantSource clock) {
    this(apiServer, MAX_QUIET, clock);
  }

  PodLogs(Supplier<Optional<ApiServerClient>> apiServer, Duration maxQuiet, InstantSource clock) {
    this.apiServer = apiServer;
    this.maxQuiet = maxQuiet;
    this.began = clock.instant();
  }

  /**
   * The status for the health endpoint: with an error for each namespace in which the API server
   * has denied a request since the last log.
   */
  public SourceStatus status() {
    List<String> errors;
    synchronized (denials) {
      errors = List.copyOf(denials.values());
    }
    return new SourceStatus(
        "pod logs",
        "applications with pods",
        SourceStatus.State.UP,
        began,
        Optional.empty(),
        0,
        SourceStatus.errorOf(errors));
  }

  /** The pods of an application, at most 2000 of them, the driver first. */
  List<LogPod> list(LiveApplication application) throws ApiFailure {
    String namespace = application.namespace().orElseThrow();
    String selector = "spark-app-selector=" + application.id();
    Map<String, LogPod> pods = new HashMap<>();
    if (!readList(namespace, selector, pods)) {
      // The API server lists pods by name: the driver may be among those that are left out.
      boolean unused = readList(namespace, selector + ",spark-role=" + LogPod.DRIVER, pods);
    }
    return pods.values().stream()
        .filter(pod -> pod.isOf(application))
        .sorted(LogPod.ORDER)
        .limit(MAX_PODS)
        .toList();
  }

  /** Reads pages of the list until there are enough pods. Returns whether these are all pods. */
  private boolean readList(String namespace, String labelSelector, Map<String, LogPod> pods)
      throws ApiFailure {
    String next = "";
    int read = 0;
    do {
      Map<String, String> query = new HashMap<>();
      query.put("labelSelector", labelSelector);
      query.put("limit", Integer.toString(PAGE));
      if (!next.isEmpty()) {
        query.put("continue", next);
      }
      ApiRequest request =
          new ApiRequest("namespace " + namespace, "list", pathOf(namespace), query, JSON);
      try (Response response = client().get(request)) {
        next =
            LogPodReader.readList(
                new JsonReader(response.body().charStream()), pod -> pods.put(pod.name(), pod));
      } catch (IOException | RuntimeException e) {
        throw failed(namespace, e);
      }
      read += PAGE;
    } while (!next.isEmpty() && read < MAX_PODS);
    return next.isEmpty();
  }

  /**
   * Checks that a pod belongs to the application.
   *
   * @throws ApiFailure with the kind {@code NOT_FOUND} if it does not, or there is no such pod
   */
  void requirePod(LiveApplication application, String pod) throws ApiFailure {
    String namespace = application.namespace().orElseThrow();
    if (!POD.matcher(pod).matches()) {
      throw notFound(pod);
    }
    ApiRequest request =
        new ApiRequest(
            "namespace " + namespace, "get", pathOf(namespace) + "/" + pod, Map.of(), JSON);
    LogPod found;
    try (Response response = client().get(request)) {
      found = LogPodReader.read(new JsonReader(response.body().charStream()));
    } catch (IOException | RuntimeException e) {
      throw failed(namespace, e);
    }
    if (!found.name().equals(pod) || !found.isOf(application)) {
      throw notFound(pod);
    }
  }

  /**
   * Opens the log of a pod that {@link #requirePod} has checked.
   *
   * @return the response, which the caller closes; empty if a followed log is quiet from its start
   */
  Optional<Response> open(LiveApplication application, String pod, LogQuery query)
      throws ApiFailure {
    String namespace = application.namespace().orElseThrow();
    ApiRequest request =
        new ApiRequest(
            "namespace " + namespace,
            "get",
            "pods/log",
            pathOf(namespace) + "/" + pod + "/log",
            query.parameters(),
            ANY);
    try {
      Response response = client().stream(request, maxQuiet);
      recordSuccess(namespace);
      return Optional.of(response);
    } catch (ApiFailure e) {
      recordDenial(namespace, e);
      // A kubelet begins its response with the first line.
      if (query.follow() && e.getCause() instanceof SocketTimeoutException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void recordSuccess(String namespace) {
    synchronized (denials) {
      denials.remove(namespace);
    }
  }

  private void recordDenial(String namespace, ApiFailure failure) {
    if (failure.kind() == ApiFailure.Kind.FORBIDDEN) {
      synchronized (denials) {
        denials.put(namespace, "podLogs: " + failure.getMessage());
      }
    }
  }

  private ApiServerClient client() throws ApiFailure {
    return apiServer
        .get()
        .orElseThrow(
            () ->
                new ApiFailure(
                    ApiFailure.Kind.UNAVAILABLE,
                    "the configuration of the API server has not been read yet",
                    Duration.ZERO,
                    null));
  }

  private static String pathOf(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  private static ApiFailure notFound(String pod) {
    return new ApiFailure(
        ApiFailure.Kind.NOT_FOUND, "no pod of the application: " + pod, Duration.ZERO, null);
  }

  private ApiFailure failed(String namespace, Exception e) {
    if (e instanceof ApiFailure failure) {
      recordDenial(namespace, failure);
      return failure;
    }
    return new ApiFailure(
        ApiFailure.Kind.UNREADABLE,
        "the response of the API server cannot be read: " + e.getMessage(),
        Duration.ZERO,
        e);
  }
}
