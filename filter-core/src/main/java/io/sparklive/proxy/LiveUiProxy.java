// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import static java.util.Objects.requireNonNull;

import io.sparklive.access.Caller;
import io.sparklive.access.RequestOrigin;
import io.sparklive.config.ForwardedCredentials;
import io.sparklive.config.ProxyLimits;
import io.sparklive.http.AcquireTimeout;
import io.sparklive.http.EarlierHeaders;
import io.sparklive.http.FormBody;
import io.sparklive.http.ForwardedHeaders;
import io.sparklive.http.HttpClients;
import io.sparklive.http.QueryEncoder;
import io.sparklive.http.QueryParameters;
import io.sparklive.http.Redirect;
import io.sparklive.http.ResponseAbort;
import io.sparklive.http.StreamingProxy;
import io.sparklive.metrics.Metrics;
import io.sparklive.metrics.ProxyLoad;
import io.sparklive.metrics.ProxyOutcome;
import io.sparklive.proxy.files.FileRules;
import io.sparklive.proxy.files.StaticFileCache;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.HttpUrl;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Forwards requests to drivers, on top of Jetty's proxy: asynchronously, and streaming in both
 * directions. Each request has its own {@link ProxyTarget}.
 *
 * <p>Thread-safe after {@link #start(ServletContext)}.
 */
public final class LiveUiProxy extends StreamingProxy {
  private static final long serialVersionUID = 1L;
  private static final String REDIRECTS_ELSEWHERE =
      "Its driver redirects to another server. Such a redirect reaches the browser only if"
          + " credentials reach the driver (forwardCookies, forwardAuthorization).";

  private static final Set<String> VALIDATORS = Set.of("accept-ranges", "etag", "last-modified");
  // No thread waits for a driver.
  private static final int MAX_THREADS = 32;
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  // Most pages fit, and are forwarded in one part; Jetty's pool does not keep larger buffers.
  private static final int RESPONSE_BUFFER = 64 * 1024;
  private static final long DESTINATION_IDLE_MILLIS = 60_000;
  // Requests that wait for one driver; a page with all of its files takes about 25 requests.
  private static final int MAX_QUEUED_PER_DRIVER = 256;

  private final transient HeaderAllowList headers;
  private final transient StaticFileCache files;
  private final transient HistoryLink historyLink;
  private final transient SecurityHeaders securityHeaders;
  private final transient SslContextFactory.Client sslContextFactory;
  private final transient ProxyLimits limits;
  private final transient ConnectionVerifier verifier;
  private final transient Semaphore permits;
  private final transient Metrics metrics;
  private final String via;

  /** Responds in place of a driver that does not respond. */
  @FunctionalInterface
  public interface FailureHandler {
    /**
     * Writes a whole response to the request, or dispatches the request once more ({@link
     * jakarta.servlet.AsyncContext#dispatch()}).
     *
     * @return whether the response is written
     */
    boolean handle(NoResponse noResponse) throws IOException;
  }

  /**
   * The reason for a missing response of the driver.
   *
   * @param status 400 if the request itself is invalid, 401 if the driver's response is for users
   *     who have logged in, else 502, 503 or 504
   * @param reason the message for users
   * @param cause the party that caused it
   */
  public record NoResponse(int status, String reason, Cause cause) {
    /** The party that causes a missing response. */
    public enum Cause {
      /** The driver did not respond. */
      DRIVER,
      /** The driver responds, but not to this request. */
      THIS_RESPONSE,
      /** The request, its user, or the load on the History Server. */
      REQUEST
    }
  }

  /**
   * @param credentials the cookies and headers that are forwarded to drivers
   * @param securityHeaders the headers of every response
   * @param sslContextFactory checks the certificates of drivers; the caller starts and stops it
   * @param via the name of this proxy in the {@code Via} header
   * @param historyLink the links in the menus of live UIs
   * @param verifier verifies that a new connection leads to the driver of its application
   * @param ownFiles the static files of the History Server's Spark; if a driver has the same file,
   *     it is not in memory twice
   */
  public LiveUiProxy(
      ProxyLimits limits,
      ForwardedCredentials credentials,
      SecurityHeaders securityHeaders,
      SslContextFactory.Client sslContextFactory,
      String via,
      HistoryLink historyLink,
      ConnectionVerifier verifier,
      StaticFileSource ownFiles,
      Metrics metrics) {
    this.limits = limits;
    this.permits = new Semaphore(limits.requests());
    this.headers = new HeaderAllowList(credentials.cookies(), credentials.authorization());
    this.historyLink = historyLink;
    this.files = new StaticFileCache(ownFiles, headers, historyLink);
    this.securityHeaders = securityHeaders;
    this.sslContextFactory = sslContextFactory;
    this.via = requireNonNull(via, "via");
    this.verifier = requireNonNull(verifier, "verifier");
    this.metrics = metrics;
  }

  /**
   * Starts the HTTP client for drivers; {@link #destroy} stops it.
   *
   * @param context the servlet context of the filter
   */
  public void start(ServletContext context) throws ServletException {
    start(
        context,
        Map.of(
            "maxThreads", Integer.toString(MAX_THREADS),
            "maxConnections", Integer.toString(limits.connections()),
            "responseBufferSize", Integer.toString(RESPONSE_BUFFER),
            // There is no limit for a whole response, as long as parts of it arrive.
            "timeout", "0"));
  }

  /**
   * Forwards a request to its target, and the response to the browser. If asynchronous processing
   * of the request has begun, a {@link FormBody} was read from it.
   *
   * @param failureHandler responds to the request if the driver does not
   */
  public void forward(
      HttpServletRequest request,
      HttpServletResponse response,
      ProxyTarget target,
      FailureHandler failureHandler)
      throws IOException, ServletException {
    EarlierHeaders earlierHeaders = EarlierHeaders.of(response);
    securityHeaders.set(request, response);
    if (files.tryRespond(request, response, target)) {
      metrics.respondedLocally(ProxyOutcome.CACHED);
      return;
    }
    // The same header as on Spark's own pages.
    response.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
    if (!permits.tryAcquire()) {
      metrics.respondedLocally(ProxyOutcome.OVERLOADED);
      if (handle(response, earlierHeaders, failureHandler, noResponse(ProxyError.OVERLOADED))) {
        complete(request);
      }
      return;
    }
    ProxyExchange exchange =
        new ProxyExchange(target, failureHandler, earlierHeaders, permits, metrics);
    exchange.attachTo(request);
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(exchange);
      send(request, response);
      return;
    }
    boolean isAsync = false;
    try {
      service(request, response);
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(exchange);
        isAsync = true;
      }
    } finally {
      if (!isAsync) {
        exchange.end();
      }
    }
  }

  /** Returns the current number of requests and of connections to drivers. */
  public ProxyLoad load() {
    int active = 0;
    int idle = 0;
    for (Destination driver : getHttpClient().getDestinations()) {
      if (driver.getConnectionPool() instanceof AbstractConnectionPool pool) {
        active += pool.getActiveConnectionCount();
        idle += pool.getIdleConnectionCount();
      }
    }
    return new ProxyLoad(limits.requests() - permits.availablePermits(), active, idle);
  }

  @Override
  protected ClientConnector newClientConnector() {
    ClientConnector connector = super.newClientConnector();
    connector.setSslContextFactory(sslContextFactory);
    return connector;
  }

  @Override
  protected HttpClient newHttpClient() {
    HttpClient client = new DriverClient(newClientConnector(), verifier);
    HttpClients.configure(
        client, getServletName() + "-timeouts", limits.connectTimeout(), MAX_HEAD_BYTES);
    client.setMaxRequestsQueuedPerDestination(MAX_QUEUED_PER_DRIVER);
    // If a head is too large for a driver, the driver responds with 431 itself.
    client.setMaxRequestHeadersSize(MAX_HEAD_BYTES);
    // Drivers start and end all the time; the data about one must not remain after its end.
    client.setDestinationIdleTimeout(DESTINATION_IDLE_MILLIS);
    return client;
  }

  @Override
  public String getViaHost() {
    return via;
  }

  @Override
  protected String rewriteTarget(HttpServletRequest clientRequest) {
    ProxyTarget target = targetOf(clientRequest);
    String query = QueryParameters.without(clientRequest.getQueryString(), Caller.DO_AS);
    return target.driver().uri()
        + target.path()
        + (query == null ? "" : "?" + QueryEncoder.encode(query));
  }

  @Override
  protected Request newProxyRequest(HttpServletRequest request, String target) {
    Request proxyRequest =
        super.newProxyRequest(request, target)
            .tag(targetOf(request).applicationId())
            .idleTimeout(limits.responseTimeout().toMillis(), TimeUnit.MILLISECONDS);
    AcquireTimeout.apply(limits.responseTimeout(), proxyRequest, getHttpClient().getScheduler());
    return proxyRequest;
  }

  /**
   * Returns false, so that the container sends {@code 100 Continue} to the browser itself. If the
   * driver decided about it, Jetty's proxy would sometimes abort before the browser has the
   * driver's refusal.
   */
  @Override
  protected boolean expects100Continue(HttpServletRequest request) {
    return false;
  }

  @Override
  protected void copyRequestHeaders(HttpServletRequest clientRequest, Request proxyRequest) {
    ProxyTarget target = targetOf(clientRequest);
    HttpFields.Mutable forwarded = headers.requestHeaders(clientRequest, target);
    if (HistoryLink.isFor(clientRequest, target)) {
      HistoryLink.requestPlainFile(forwarded);
    }
    proxyRequest.headers(fields -> fields.clear().add(forwarded));
  }

  @Override
  protected void addXForwardedHeaders(HttpServletRequest clientRequest, Request proxyRequest) {
    String host = clientRequest.getHeader(HttpHeader.HOST.asString());
    proxyRequest.headers(
        fields -> {
          fields.put(
              ForwardedHeaders.CONTEXT,
              ForwardedHeaders.context(targetOf(clientRequest).contextPath()));
          fields.put(HttpHeader.X_FORWARDED_FOR, clientRequest.getRemoteAddr());
          fields.put(HttpHeader.X_FORWARDED_PROTO, clientRequest.isSecure() ? "https" : "http");
          if (host != null) {
            fields.put(HttpHeader.X_FORWARDED_HOST, host);
          }
        });
  }

  @Override
  protected void sendProxyRequest(
      HttpServletRequest clientRequest, HttpServletResponse proxyResponse, Request proxyRequest) {
    files.capture(
        clientRequest, targetOf(clientRequest), proxyRequest, getHttpClient().getExecutor());
    super.sendProxyRequest(clientRequest, proxyResponse, proxyRequest);
  }

  /**
   * Writes the head of the response, or withholds the response. A permanent redirect becomes a
   * temporary one: browsers store permanent redirects longer than the driver runs.
   */
  @Override
  protected void onServerResponseHeaders(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Response serverResponse) {
    ProxyTarget target = targetOf(clientRequest);
    if (target.filesOnly()
        && !FileRules.isFileResponse(
            serverResponse.getStatus(), headers.contentTypes(serverResponse, target))) {
      withhold(
          clientRequest,
          serverResponse,
          new NoResponse(HttpStatus.UNAUTHORIZED_401, "", NoResponse.Cause.REQUEST));
      return;
    }
    Optional<String> location = location(serverResponse, target);
    Optional<String> rewritten = location.flatMap(any -> rewrite(any, clientRequest));
    if (location.isPresent() && rewritten.isEmpty()) {
      withhold(
          clientRequest,
          serverResponse,
          new NoResponse(
              HttpStatus.BAD_GATEWAY_502, REDIRECTS_ELSEWHERE, NoResponse.Cause.THIS_RESPONSE));
      return;
    }
    super.onServerResponseHeaders(clientRequest, proxyResponse, serverResponse);
    if (target.isFile()) {
      boolean isWhole = serverResponse.getStatus() == HttpStatus.OK_200;
      FileRules.isolate(proxyResponse, isWhole, headers.contentTypes(serverResponse, target));
    }
    rewritten.ifPresent(path -> Redirect.setLocation(proxyResponse, path));
    StaticFileCache.cacheControl(clientRequest, targetOf(clientRequest), serverResponse)
        .ifPresent(value -> proxyResponse.setHeader("Cache-Control", value));
    ProxyExchange.of(clientRequest).setOutcome(ProxyOutcome.ofStatus(serverResponse.getStatus()));
    switch (serverResponse.getStatus()) {
      case HttpStatus.MOVED_PERMANENTLY_301 -> proxyResponse.setStatus(HttpStatus.FOUND_302);
      case HttpStatus.PERMANENT_REDIRECT_308 ->
          proxyResponse.setStatus(HttpStatus.TEMPORARY_REDIRECT_307);
      default -> {
        // Any other status is forwarded unchanged.
      }
    }
  }

  /**
   * Withholds this response from the browser. It is read to its end: if the connection were closed
   * before, the driver would log an error. A response without an end is aborted at the response
   * time-out, so that it does not keep its permit.
   */
  private void withhold(
      HttpServletRequest clientRequest, Response serverResponse, NoResponse instead) {
    Scheduler.Task timer =
        getHttpClient()
            .getScheduler()
            .schedule(
                () -> {
                  CompletableFuture<Boolean> unused =
                      serverResponse.abort(new TimeoutException("a response that is withheld"));
                },
                limits.responseTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    ProxyExchange.of(clientRequest).withhold(new ProxyExchange.Withheld(instead, timer));
  }

  private static Optional<String> location(Response serverResponse, ProxyTarget target) {
    HttpFields headers = serverResponse.getHeaders();
    return Optional.ofNullable(headers.get(HttpHeader.LOCATION))
        .filter(any -> !target.filesOnly() && !HeaderAllowList.isLocationHopByHop(headers));
  }

  /**
   * Rewrites a {@code Location} for the browser. A login at a driver works only with credentials
   * that are forwarded to it. Without them, no redirect needs to lead to another server. A redirect
   * to another application of this server is never allowed.
   */
  private static Optional<String> rewrite(String location, HttpServletRequest clientRequest) {
    ProxyTarget target = targetOf(clientRequest);
    return LocationRewriter.rewrite(
        location,
        target,
        url ->
            target.forwardsCredentials()
                && !RequestOrigin.isOwn(withoutUser(url).toString(), clientRequest));
  }

  private static HttpUrl withoutUser(HttpUrl url) {
    return url.newBuilder().username("").password("").build();
  }

  @Override
  protected @Nullable String filterServerResponseHeader(
      HttpServletRequest clientRequest,
      Response serverResponse,
      String headerName,
      String headerValue) {
    ProxyTarget target = targetOf(clientRequest);
    if (isLengthWithoutContent(serverResponse, headerName)
        || isTypeWithoutContent(serverResponse, headerName)
        || (target.filesOnly() && !FileRules.isFileHeader(headerName))
        || (isValidator(headerName) && isLinkAdded(clientRequest, serverResponse))) {
      return null;
    }
    if (headerName.equalsIgnoreCase(HttpHeader.CONTENT_LENGTH.asString())
        && isLinkAdded(clientRequest, serverResponse)) {
      return Long.toString(Long.parseLong(headerValue) + historyLink.script(target).length);
    }
    return headers
        .responseHeader(headerName, headerValue, serverResponse.getHeaders(), target)
        .orElse(null);
  }

  @Override
  protected Invocable.InvocationType invocationType() {
    return Invocable.InvocationType.NON_BLOCKING;
  }

  @Override
  protected boolean isDiscarded(HttpServletRequest clientRequest) {
    return ProxyExchange.of(clientRequest).withheld().isPresent();
  }

  @Override
  protected byte[] tail(HttpServletRequest clientRequest, Response serverResponse) {
    return !clientRequest.getMethod().equals("HEAD") && isLinkAdded(clientRequest, serverResponse)
        ? historyLink.script(targetOf(clientRequest))
        : super.tail(clientRequest, serverResponse);
  }

  private boolean isLinkAdded(HttpServletRequest clientRequest, Response serverResponse) {
    ProxyTarget target = targetOf(clientRequest);
    return HistoryLink.isFor(clientRequest, target)
        && HistoryLink.isPlain(serverResponse)
        && HistoryLink.isFile(serverResponse, headers.contentTypes(serverResponse, target));
  }

  /** Whether a header is valid only for exactly the driver's bytes. */
  private static boolean isValidator(String name) {
    return VALIDATORS.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  protected void onProxyResponseSuccess(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Response serverResponse) {
    ProxyExchange exchange = ProxyExchange.of(clientRequest);
    Optional<ProxyExchange.Withheld> withheld = exchange.withheld();
    if (withheld.isPresent()) {
      respondInstead(clientRequest, proxyResponse, exchange, withheld.get());
      return;
    }
    super.onProxyResponseSuccess(clientRequest, proxyResponse, serverResponse);
  }

  /** Responds in place of a response that is withheld, after it has ended or was aborted. */
  private void respondInstead(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      ProxyExchange exchange,
      ProxyExchange.Withheld withheld) {
    withheld.timer().cancel();
    exchange.setOutcome(ProxyOutcome.DENIED);
    respondInstead(clientRequest, proxyResponse, exchange, withheld.instead());
  }

  /**
   * Ends the exchange, and lets the failure handler respond. The exchange ends first: if the
   * handler dispatches the request and its new processing is asynchronous, the container calls the
   * listeners of the old processing no more.
   */
  private void respondInstead(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      ProxyExchange exchange,
      NoResponse noResponse) {
    exchange.end();
    execute(
        () -> {
          if (handle(
              proxyResponse, exchange.earlierHeaders(), exchange.failureHandler(), noResponse)) {
            complete(clientRequest);
          }
        });
  }

  /**
   * Runs a task that may wait for the browser, such as writing a page of the filter. The threads
   * that read from drivers must not wait.
   */
  private void execute(Runnable task) {
    try {
      getHttpClient().getExecutor().execute(task);
    } catch (RejectedExecutionException e) {
      _log.debug("HTTP client is stopping", e);
      task.run();
    }
  }

  @Override
  protected void onProxyResponseFailure(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Response serverResponse,
      Throwable failure) {
    ProxyExchange exchange = ProxyExchange.of(clientRequest);
    Optional<ProxyExchange.Withheld> withheld = exchange.withheld();
    if (withheld.isPresent()) {
      respondInstead(clientRequest, proxyResponse, exchange, withheld.get());
      return;
    }
    if (exchange.hasResponseBegun(proxyResponse)) {
      exchange.setOutcome(
          exchange.hasBrowserDisconnected()
              ? ProxyOutcome.CLIENT_ABORTED
              : ProxyOutcome.DRIVER_ABORTED);
      // Half a response must not end like a complete one.
      abort(clientRequest, proxyResponse, exchange);
      return;
    }
    ProxyError error =
        exchange.hasRequestBodyFailed() ? ProxyError.BAD_REQUEST : ProxyError.ofDriver(failure);
    exchange.setOutcome(error.outcome());
    respondInstead(clientRequest, proxyResponse, exchange, noResponse(error));
  }

  private NoResponse noResponse(ProxyError error) {
    String reason = error.message().formatted(limits.responseTimeout().toMillis());
    return new NoResponse(error.status(), reason, error.cause());
  }

  private boolean handle(
      HttpServletResponse proxyResponse,
      EarlierHeaders earlierHeaders,
      FailureHandler failureHandler,
      NoResponse noResponse) {
    try {
      earlierHeaders.reset(proxyResponse);
      return failureHandler.handle(noResponse);
    } catch (IOException | IllegalStateException e) {
      // The browser has disconnected meanwhile: no response can reach it.
      _log.debug("browser disconnected before the filter could report that the driver failed", e);
      return true;
    }
  }

  private void abort(
      HttpServletRequest clientRequest, HttpServletResponse proxyResponse, ProxyExchange exchange) {
    try {
      ResponseAbort.abort(clientRequest, proxyResponse, getServletContext());
    } finally {
      // The container calls no listener for an aborted response.
      exchange.end();
    }
  }

  private static void complete(HttpServletRequest clientRequest) {
    if (clientRequest.isAsyncStarted()) {
      clientRequest.getAsyncContext().complete();
    }
  }

  private static ProxyTarget targetOf(HttpServletRequest clientRequest) {
    return ProxyExchange.of(clientRequest).target();
  }
}
