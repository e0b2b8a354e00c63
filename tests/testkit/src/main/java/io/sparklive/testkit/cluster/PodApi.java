// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** The pod API: logs each request, authenticates and authorizes it, and responds. */
final class PodApi extends Handler.Abstract {
  /** An API server compresses responses from this size. */
  private static final int WORTH_COMPRESSING = 128 * 1024;

  private final PodStore store;
  private final ServiceAccounts accounts;
  private final Faults faults;
  private final RequestLog log;
  private final IntPredicate isConnected;
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicInteger openLogs = new AtomicInteger();
  private final Map<String, PodLog> logs = new ConcurrentHashMap<>();

  /**
   * @param isConnected whether the client with this port is still connected
   */
  PodApi(
      PodStore store,
      ServiceAccounts accounts,
      Faults faults,
      RequestLog log,
      IntPredicate isConnected) {
    this.store = store;
    this.accounts = accounts;
    this.faults = faults;
    this.log = log;
    this.isConnected = isConnected;
  }

  /** The number of watches that receive changes now. */
  int watches() {
    return watches.get();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, private");
      try (OutputStream out = Content.Sink.asOutputStream(response)) {
        respondOrFail(request, response, out);
      }
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    }
    return true;
  }

  private void respondOrFail(Request request, Response response, OutputStream out)
      throws IOException, InterruptedException {
    try {
      respond(request, response, out);
    } catch (ApiError error) {
      response.setStatus(error.code());
      error.retryAfter().ifPresent(wait -> response.getHeaders().put("Retry-After", wait));
      out.write(error.body().toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void respond(Request request, Response response, OutputStream out)
      throws IOException, InterruptedException {
    PodRequest podRequest = PodRequest.of(request);
    log.add(
        new RequestLog.LoggedRequest(
            Instant.now(),
            podRequest.verb(),
            podRequest.namespace(),
            header(request.getHttpURI().getQuery()),
            header(request.getHeaders().get(HttpHeader.USER_AGENT)),
            header(request.getHeaders().get(HttpHeader.ACCEPT)),
            header(request.getHeaders().get(HttpHeader.ACCEPT_ENCODING)),
            request.getHeaders().stream()
                .filter(field -> field.getLowerCaseName().startsWith("impersonate-"))
                .map(field -> field.getName() + ": " + utf8(field.getValue()))
                .toList()));
    faults.check(podRequest.namespace());
    String user =
        accounts.impersonate(
            accounts.authenticate(
                Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION)),
                certificateUser(request)),
            Optional.ofNullable(request.getHeaders().get("Impersonate-User")),
            request.getHeaders().getValuesList("Impersonate-Group"));
    Optional<String> name =
        podRequest.name().isPresent() ? podRequest.name() : podRequest.selector().name();
    if (podRequest.log()) {
      accounts.authorize(user, PodLog.RIGHT, podRequest.namespace(), name);
      log(podRequest, request, response, out);
      return;
    }
    accounts.authorize(user, podRequest.verb(), podRequest.namespace(), name);
    switch (podRequest.verb()) {
      case "get" -> get(podRequest, out);
      case "list" -> list(request, response, PodList.of(store, podRequest), out);
      default -> watch(podRequest, request, response, out);
    }
  }

  private void get(PodRequest podRequest, OutputStream out) throws IOException {
    String name = podRequest.name().orElseThrow();
    StoredPod pod =
        podRequest
            .namespace()
            .flatMap(namespace -> store.find(namespace, name))
            .orElseThrow(() -> ApiError.notFound(name));
    try (Writer writer = writer(out)) {
      pod.write(writer, podRequest.form(), podRequest.form().kind);
    }
  }

  private void log(PodRequest podRequest, Request request, Response response, OutputStream out)
      throws IOException, InterruptedException {
    String namespace = podRequest.namespace().orElseThrow();
    String name = podRequest.name().orElseThrow();
    if (store.find(namespace, name).isEmpty()) {
      throw ApiError.notFound(name);
    }
    PodLog log = Optional.ofNullable(logs.get(namespace + "/" + name)).orElse(PodLog.EMPTY);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
    int from = Request.getRemotePort(request);
    openLogs.incrementAndGet();
    try {
      log.write(podRequest.query(), out, () -> isConnected.test(from));
    } finally {
      openLogs.decrementAndGet();
    }
  }

  /** Sets the log of a pod. */
  void log(String namespace, String pod, PodLog log) {
    logs.put(namespace + "/" + pod, log);
  }

  /** How many logs are being sent now. */
  int openLogs() {
    return openLogs.get();
  }

  private static void list(Request request, Response response, PodList list, OutputStream out)
      throws IOException {
    String accepted = header(request.getHeaders().get(HttpHeader.ACCEPT_ENCODING));
    boolean compress = accepted.contains("gzip") && list.length() > WORTH_COMPRESSING;
    if (compress) {
      response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
    }
    try (Writer writer = writer(compress ? new GZIPOutputStream(out, 8192) : out)) {
      list.write(writer);
    }
  }

  private void watch(PodRequest podRequest, Request request, Response response, OutputStream out)
      throws IOException, InterruptedException {
    PodWatch watch = new PodWatch(store, podRequest, faults.bookmarks());
    Optional<ApiError> expired = watch.expired();
    if (expired.isPresent() && faults.expiryAsStatus()) {
      throw expired.get();
    }
    int from = Request.getRemotePort(request);
    Content.Sink.write(response, false, BufferUtil.EMPTY_BUFFER); // the headers
    watches.incrementAndGet();
    try (Writer writer = writer(out)) {
      if (expired.isPresent()) {
        PodWatch.sendError(expired.get(), writer);
      } else {
        watch.run(writer, () -> !faults.endsWatchesAtOnce() && isConnected.test(from));
      }
    } finally {
      watches.decrementAndGet();
    }
  }

  private static Writer writer(OutputStream out) {
    return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 8192);
  }

  private static Optional<String> certificateUser(Request request) {
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData session
        && session.peerCertificates() != null) {
      X509Certificate certificate = session.peerCertificates()[0];
      return Optional.of(certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", ""));
    }
    return Optional.empty();
  }

  /** Kubernetes reads headers as UTF-8. */
  private static String utf8(String value) {
    return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String header(String value) {
    return value == null ? "" : value;
  }
}
