package io.sparklive.proxy;

import static java.util.Objects.requireNonNull;

import io.sparklive.access.Caller;
import io.sparklive.access.RequestOrigin;
import io.sparklive.config.ForwardedCredentials;
import io.sparklive.config.ProxyLimits;
import io.sparklive.http.AcquireTimeout;
import io.sparklive.http.FormBody;
import io.sparklive.http.ForwardedHeaders;
import io.sparklive.http.QueryEncoder;
import io.sparklive.http.QueryParameters;
import io.sparklive.http.Redirect;
import io.sparklive.http.ResponseAbort;
import io.sparklive.http.Responses;
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
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Jetty's proxy, towards drivers: asynchronous, streaming both ways, each request to the {@link
 * ProxyTarget} it was given.
 *
 * <p>Thread-safe once initialised.
 */
public final class LiveUiProxy extends StreamingProxy {
  private static final long serialVersionUID = 1L;
  private static final String LEADS_ELSEWHERE =
      "Its driver redirects to another server. Such a redirect reaches the browser only if"
          + " credentials reach the driver (forwardCookies, forwardAuthorization).";

  private static final Set<String> VALIDATORS = Set.of("accept-ranges", "etag", "last-modified");
  // None of them waits for a driver.
  private static final int THREADS = 32;
  private static final int LONGEST_HEAD = 64 * 1024;
  // Most pages fit, and are passed on in one go; larger buffers Jetty's pool would not keep.
  private static final int RESPONSE_BUFFER = 64 * 1024;
  private static final long DESTINATION_IDLE_MILLIS = 60_000;
  // Waiting for one driver; a page with everything on it is about 25 requests.
  private static final int MOST_WAITING = 256;

  private final transient HeaderAllowList headers;
  private final transient StaticFileCache files;
  private final transient HistoryLink historyLink;
  private final transient SecurityHeaders securityHeaders;
  private final transient SslContextFactory.Client trust;
  private final transient ProxyLimits limits;
  private final transient ConnectionVerifier identity;
  private final transient Semaphore places;
  private final transient Metrics metrics;
  private final String via;

  /** Responds in place of a driver that does not. */
  @FunctionalInterface
  public interface FailureHandler {
    /**
     * Writes a whole response to the request that was forwarded, or dispatches the request once
     * more ({@link jakarta.servlet.AsyncContext#dispatch()}).
     *
     * @return whether the response is written
     */
    boolean handle(NoResponse noResponse) throws IOException;
  }

  /**
   * Why the driver's response is missing.
   *
   * @param status 400 where the request itself is at fault, 401 where the driver's response is for
   *     users who have logged in, else 502, 503 or 504
   * @param why what happened, in words
   * @param cause whose fault it is
   */
  public record NoResponse(int status, String why, Cause cause) {
    /** Whose fault a missing response is. */
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
   * @param credentials which of them reach drivers
   * @param securityHeaders what every answer carries
   * @param trust decides about the certificates of drivers; whoever made it starts and stops it
   * @param via what we are called in a {@code Via} header
   * @param base the base of live UIs
   * @param identity tells whether a connection leads to the application it is for
   * @param ownFiles what need not be in memory again for each driver that has the same
   */
  public LiveUiProxy(
      ProxyLimits limits,
      ForwardedCredentials credentials,
      SecurityHeaders securityHeaders,
      SslContextFactory.Client trust,
      String via,
      String base,
      ConnectionVerifier identity,
      StaticFileSource ownFiles,
      Metrics metrics) {
    this.limits = limits;
    this.places = new Semaphore(limits.requests());
    this.headers = new HeaderAllowList(credentials.cookies(), credentials.authorization());
    this.historyLink = new HistoryLink(base);
    this.files = new StaticFileCache(ownFiles, headers, historyLink);
    this.securityHeaders = securityHeaders;
    this.trust = trust;
    this.via = requireNonNull(via, "via");
    this.identity = requireNonNull(identity, "identity");
    this.metrics = metrics;
  }

  /**
   * Starts the client towards drivers; {@link #destroy} stops it.
   *
   * @param context where this runs
   */
  public void start(ServletContext context) throws ServletException {
    start(
        context,
        Map.of(
            "maxThreads", Integer.toString(THREADS),
            "maxConnections", Integer.toString(limits.connections()),
            "responseBufferSize", Integer.toString(RESPONSE_BUFFER),
            // A whole answer may take as long as it likes, as long as it comes.
            "timeout", "0"));
  }

  /**
   * Sends the request to its destination, and the response back. If its asynchronous processing has
   * begun, a {@link FormBody} was read from it.
   *
   * @param failureHandler responds to the request if the driver does not
   */
  public void forward(
      HttpServletRequest request,
      HttpServletResponse response,
      ProxyTarget destination,
      FailureHandler failureHandler)
      throws IOException, ServletException {
    securityHeaders.set(request, response);
    if (files.answer(request, response, destination)) {
      metrics.answeredHere(ProxyOutcome.FROM_MEMORY);
      return;
    }
    // As Spark's own pages say it.
    response.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
    if (!places.tryAcquire()) {
      metrics.answeredHere(ProxyOutcome.TOO_MANY);
      if (handle(response, failureHandler, ProxyError.TOO_MANY)) {
        complete(request);
      }
      return;
    }
    ProxyExchange exchange = new ProxyExchange(destination, failureHandler, places, metrics);
    exchange.attachTo(request);
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(exchange);
      send(request, response);
      return;
    }
    boolean begun = false;
    try {
      service(request, response);
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(exchange);
        begun = true;
      }
    } finally {
      if (!begun) {
        exchange.end();
      }
    }
  }

  /** What it is busy with at the moment. */
  public ProxyLoad load() {
    return Connections.load(getHttpClient(), limits.requests() - places.availablePermits());
  }

  @Override
  protected ClientConnector newClientConnector() {
    ClientConnector connector = super.newClientConnector();
    connector.setSslContextFactory(trust);
    return connector;
  }

  @Override
  protected HttpClient newHttpClient() {
    HttpClient client = new DriverClient(newClientConnector(), identity);
    client.setScheduler(new ScheduledExecutorScheduler(getServletName() + "-timeouts", true));
    client.setConnectTimeout(limits.connectTimeout().toMillis());
    client.setMaxRequestsQueuedPerDestination(MOST_WAITING);
    // What is too much for a driver, it says itself (431).
    client.setMaxRequestHeadersSize(LONGEST_HEAD);
    // Without a limit a driver could fill the memory with its head alone.
    client.setMaxResponseHeadersSize(LONGEST_HEAD);
    // Drivers come and go; what is kept of one must go too.
    client.setDestinationIdleTimeout(DESTINATION_IDLE_MILLIS);
    return client;
  }

  @Override
  public String getViaHost() {
    return via;
  }

  @Override
  protected String rewriteTarget(HttpServletRequest request) {
    ProxyTarget destination = destinationOf(request);
    String query = QueryParameters.without(request.getQueryString(), Caller.DO_AS);
    return destination.driver().uri()
        + destination.path()
        + (query == null ? "" : "?" + QueryEncoder.ofUri(query));
  }

  @Override
  protected Request newProxyRequest(HttpServletRequest request, String target) {
    Request proxyRequest =
        super.newProxyRequest(request, target)
            .tag(destinationOf(request).id())
            .idleTimeout(limits.responseTimeout().toMillis(), TimeUnit.MILLISECONDS);
    AcquireTimeout.atMost(limits.responseTimeout(), proxyRequest, getHttpClient().getScheduler());
    return proxyRequest;
  }

  /**
   * The container asks the browser for the body itself: were the driver asked first, Jetty's proxy
   * would now and then break off before the driver's refusal is out.
   */
  @Override
  protected boolean expects100Continue(HttpServletRequest request) {
    return false;
  }

  @Override
  protected void copyRequestHeaders(HttpServletRequest request, Request proxyRequest) {
    ProxyTarget destination = destinationOf(request);
    HttpFields.Mutable crossing = headers.requestHeaders(request, destination);
    if (HistoryLink.isFor(request, destination)) {
      HistoryLink.requestPlainFile(crossing);
    }
    proxyRequest.headers(fields -> fields.clear().add(crossing));
  }

  @Override
  protected void addXForwardedHeaders(HttpServletRequest request, Request proxyRequest) {
    String host = request.getHeader(HttpHeader.HOST.asString());
    proxyRequest.headers(
        fields -> {
          fields.put(
              ForwardedHeaders.CONTEXT, ForwardedHeaders.context(destinationOf(request).context()));
          fields.put(HttpHeader.X_FORWARDED_FOR, request.getRemoteAddr());
          fields.put(HttpHeader.X_FORWARDED_PROTO, request.isSecure() ? "https" : "http");
          if (host != null) {
            fields.put(HttpHeader.X_FORWARDED_HOST, host);
          }
        });
  }

  @Override
  protected void sendProxyRequest(
      HttpServletRequest request, HttpServletResponse response, Request proxyRequest) {
    files.keep(request, destinationOf(request), proxyRequest, getHttpClient().getExecutor());
    super.sendProxyRequest(request, response, proxyRequest);
  }

  /** A browser remembers a permanent redirect when the driver is long gone. */
  @Override
  protected void onServerResponseHeaders(
      HttpServletRequest request, HttpServletResponse response, Response answer) {
    ProxyTarget destination = destinationOf(request);
    if (destination.onlyFile()
        && !FileRules.areOfFile(answer.getStatus(), headers.types(answer, destination))) {
      withhold(
          request,
          answer,
          new NoResponse(HttpStatus.UNAUTHORIZED_401, "", NoResponse.Cause.REQUEST));
      return;
    }
    Optional<String> location = location(answer, destination);
    Optional<String> target = location.flatMap(any -> target(any, request));
    if (location.isPresent() && target.isEmpty()) {
      withhold(
          request,
          answer,
          new NoResponse(
              HttpStatus.BAD_GATEWAY_502, LEADS_ELSEWHERE, NoResponse.Cause.THIS_RESPONSE));
      return;
    }
    super.onServerResponseHeaders(request, response, answer);
    if (destination.isFile()) {
      boolean isWhole = answer.getStatus() == HttpStatus.OK_200;
      FileRules.makeHarmless(response, isWhole, headers.types(answer, destination));
    }
    target.ifPresent(path -> Redirect.set(response, path));
    StaticFileCache.caching(request, destinationOf(request), answer)
        .ifPresent(caching -> response.setHeader("Cache-Control", caching));
    ProxyExchange.of(request).setOutcome(ProxyOutcome.ofStatus(answer.getStatus()));
    switch (answer.getStatus()) {
      case HttpStatus.MOVED_PERMANENTLY_301 -> response.setStatus(HttpStatus.FOUND_302);
      case HttpStatus.PERMANENT_REDIRECT_308 ->
          response.setStatus(HttpStatus.TEMPORARY_REDIRECT_307);
      default -> {
        // As it is.
      }
    }
  }

  /**
   * Sends nothing of this response. It is read to its end, as a driver logs an error if the
   * connection is closed before that; but a response without an end must not hold its place.
   */
  private void withhold(HttpServletRequest request, Response answer, NoResponse instead) {
    Scheduler.Task end =
        getHttpClient()
            .getScheduler()
            .schedule(
                () -> {
                  CompletableFuture<Boolean> unused =
                      answer.abort(new TimeoutException("a response that is withheld"));
                },
                limits.responseTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    ProxyExchange.of(request).withhold(new ProxyExchange.Withheld(instead, end));
  }

  private static Optional<String> location(Response answer, ProxyTarget destination) {
    HttpFields headers = answer.getHeaders();
    return Optional.ofNullable(headers.get(HttpHeader.LOCATION))
        .filter(any -> !destination.onlyFile() && !HeaderAllowList.isLocationHopByHop(headers));
  }

  /**
   * A login at a driver takes credentials that reach it. Without them no redirect needs to lead to
   * another server; to this server's other applications none may.
   */
  private static Optional<String> target(String location, HttpServletRequest request) {
    ProxyTarget destination = destinationOf(request);
    return LocationRewriter.rewrite(
        location,
        destination,
        url ->
            destination.credentials()
                && !RequestOrigin.isOwn(withoutUser(url).toString(), request));
  }

  private static HttpUrl withoutUser(HttpUrl url) {
    return url.newBuilder().username("").password("").build();
  }

  @Override
  protected String filterServerResponseHeader(
      HttpServletRequest request, Response answer, String name, String value) {
    ProxyTarget destination = destinationOf(request);
    if (isLengthOfNothing(answer, name)
        || isTypeOfNothing(answer, name)
        || (destination.onlyFile() && !FileRules.isHeaderOfFile(name))
        || (isValidator(name) && isLinkAdded(request, answer))) {
      return null;
    }
    if (name.equalsIgnoreCase(HttpHeader.CONTENT_LENGTH.asString())
        && isLinkAdded(request, answer)) {
      return Long.toString(Long.parseLong(value) + historyLink.script().length);
    }
    return headers.responseHeader(name, value, answer.getHeaders(), destination).orElse(null);
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
        ? historyLink.script()
        : super.tail(clientRequest, serverResponse);
  }

  private boolean isLinkAdded(HttpServletRequest request, Response answer) {
    ProxyTarget destination = destinationOf(request);
    return HistoryLink.isFor(request, destination)
        && HistoryLink.isPlain(answer)
        && HistoryLink.isFile(answer, headers.types(answer, destination));
  }

  /** Whether a header is of use only together with exactly the driver's bytes. */
  private static boolean isValidator(String name) {
    return VALIDATORS.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  protected void onProxyResponseSuccess(
      HttpServletRequest request, HttpServletResponse response, Response answer) {
    ProxyExchange exchange = ProxyExchange.of(request);
    Optional<ProxyExchange.Withheld> withheld = exchange.withheld();
    if (withheld.isPresent()) {
      respondInstead(request, response, exchange, withheld.get());
      return;
    }
    super.onProxyResponseSuccess(request, response, answer);
  }

  /** Responds in place of a response that is withheld, whether all of it has come or not. */
  private void respondInstead(
      HttpServletRequest request,
      HttpServletResponse response,
      ProxyExchange exchange,
      ProxyExchange.Withheld withheld) {
    withheld.end().cancel();
    exchange.setOutcome(ProxyOutcome.REFUSED);
    execute(
        () -> {
          if (handle(response, exchange.failureHandler(), withheld.instead())) {
            complete(request);
          }
        });
  }

  /**
   * Runs what may wait for the browser, such as writing a page of the filter. The threads that read
   * from drivers must not wait.
   */
  private void execute(Runnable task) {
    try {
      getHttpClient().getExecutor().execute(task);
    } catch (RejectedExecutionException e) {
      _log.debug("the client is stopping", e);
      task.run();
    }
  }

  @Override
  protected void onProxyResponseFailure(
      HttpServletRequest request,
      HttpServletResponse response,
      Response answer,
      Throwable failure) {
    ProxyExchange exchange = ProxyExchange.of(request);
    Optional<ProxyExchange.Withheld> withheld = exchange.withheld();
    if (withheld.isPresent()) {
      respondInstead(request, response, exchange, withheld.get());
      return;
    }
    if (exchange.hasBegun(response)) {
      exchange.setOutcome(
          exchange.hasBrowserGone() ? ProxyOutcome.BROWSER_GONE : ProxyOutcome.BROKEN_OFF);
      // Half an answer must not end as if it were whole.
      breakOff(request, response, exchange);
      return;
    }
    ProxyError why =
        exchange.hasBrowserFailed() ? ProxyError.NOT_UNDERSTOOD : ProxyError.ofDriver(failure);
    exchange.setOutcome(why.outcome());
    // A request that is dispatched has ended here, and its listeners are not called for that.
    exchange.end();
    execute(
        () -> {
          if (handle(response, exchange.failureHandler(), why)) {
            complete(request);
          }
        });
  }

  private boolean handle(
      HttpServletResponse response, FailureHandler failureHandler, ProxyError failure) {
    String why = failure.words().formatted(limits.responseTimeout().toMillis());
    return handle(response, failureHandler, new NoResponse(failure.status(), why, failure.cause()));
  }

  private boolean handle(
      HttpServletResponse response, FailureHandler failureHandler, NoResponse noResponse) {
    try {
      Responses.reset(response);
      return failureHandler.handle(noResponse);
    } catch (IOException | IllegalStateException e) {
      // The browser has gone meanwhile: nobody is left to be told.
      _log.debug("nobody to tell that the driver failed", e);
      return true;
    }
  }

  private void breakOff(
      HttpServletRequest request, HttpServletResponse response, ProxyExchange exchange) {
    try {
      ResponseAbort.abort(request, response, getServletContext());
    } finally {
      // What was aborted, the container tells no listener of.
      exchange.end();
    }
  }

  private static void complete(HttpServletRequest request) {
    if (request.isAsyncStarted()) {
      request.getAsyncContext().complete();
    }
  }

  private static ProxyTarget destinationOf(HttpServletRequest request) {
    return ProxyExchange.of(request).destination();
  }
}
