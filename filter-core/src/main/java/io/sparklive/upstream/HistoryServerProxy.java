package io.sparklive.upstream;

import io.sparklive.http.DaemonClient;
import io.sparklive.http.ForwardedHeaders;
import io.sparklive.http.ResponseAbort;
import io.sparklive.http.Responses;
import io.sparklive.http.StaleConnection;
import io.sparklive.http.StreamingExchange;
import io.sparklive.http.StreamingProxy;
import io.sparklive.http.TransferCodings;
import io.sparklive.routing.ExternalLinks;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Jetty's proxy, towards the History Server: everything that is not ours goes there, as it came,
 * with all that it says of its sender. A request whose answer is changed on its way is answered
 * before {@link #forward} returns, any other asynchronously.
 *
 * <p>Thread-safe once started.
 */
public final class HistoryServerProxy extends StreamingProxy {
  private static final long serialVersionUID = 1L;

  // None of them waits for the History Server or a browser.
  private static final int THREADS = 32;
  private static final String SENDER = IdentityHeaders.class.getName();
  private static final int LONGEST_HEAD = 64 * 1024;
  // To show an application for the first time, the History Server reads its whole event log.
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  // What the History Server redirects to; another server may have the rest of a host.
  private static final Pattern OWN_PATHS =
      Pattern.compile("/(?:(?:api|history|home|jobs|json|log|logPage|static)(?:/.*)?)?");

  private final transient URI server;
  private final transient Duration connectTimeout;
  private final transient ExternalLinks publicLinks;
  private final transient FailurePage failurePage;
  private final transient UpstreamHealth reachability;
  private final transient RenewedCookies renewed;
  private final String via;

  /** What a person gets when the History Server does not answer. */
  @FunctionalInterface
  public interface FailurePage {
    /**
     * Writes a whole answer.
     *
     * @param status 400 where the request itself is at fault, 508 where it goes round in a circle,
     *     else 502, 503 or 504
     */
    void write(HttpServletRequest request, HttpServletResponse response, int status)
        throws IOException;
  }

  /**
   * @param server where the History Server is, without a slash at the end
   * @param connectTimeout how long to wait for a connection
   * @param via what we are called in a {@code Via} header
   */
  public HistoryServerProxy(
      URI server,
      Duration connectTimeout,
      String via,
      ExternalLinks publicLinks,
      FailurePage failurePage) {
    this.server = server;
    this.connectTimeout = connectTimeout;
    this.via = via;
    this.publicLinks = publicLinks;
    this.failurePage = failurePage;
    this.reachability = new UpstreamHealth(server);
    this.renewed = new RenewedCookies(publicLinks, InstantSource.system());
  }

  /**
   * Starts the client; {@link #destroy} stops it.
   *
   * @param context where this runs
   */
  public void start(ServletContext context) throws ServletException {
    start(
        context,
        Map.of(
            "maxThreads",
            Integer.toString(THREADS),
            "preserveHost",
            "true",
            "timeout",
            "0",
            "idleTimeout",
            Long.toString(PATIENCE.toMillis())));
  }

  /** Asks the History Server on behalf of others, over the same connections. */
  public HistoryServerClient questions() {
    return new HistoryServerClient(getHttpClient(), server, via, reachability, renewed);
  }

  /** The cookies that the History Server sets, whoever of us asked. */
  public RenewedCookies renewedCookies() {
    return renewed;
  }

  /** Sends the request to the History Server, and the answer back. */
  public void forward(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (Collections.list(request.getHeaders("Via")).stream().anyMatch(v -> v.contains(via))) {
      failurePage.write(request, response, HttpStatus.LOOP_DETECTED_508);
    } else if (request.isAsyncSupported()) {
      new StreamingExchange().attachTo(request);
      service(request, response);
    } else {
      forwardWaiting(request, response);
    }
  }

  private void forwardWaiting(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    forwardWaiting(request, response, true);
  }

  private void forwardWaiting(
      HttpServletRequest request, HttpServletResponse response, boolean isFirst)
      throws IOException {
    Request question = newProxyRequest(request, rewriteTarget(request));
    copyRequestHeaders(request, question);
    addProxyHeaders(request, question);
    if (hasContent(request)) {
      question.body(
          new InputStreamRequestContent(
              request.getContentType(),
              request.getInputStream(),
              new ByteBufferPool.Sized(getHttpClient().getByteBufferPool())));
    }
    InputStreamResponseListener listener = new InputStreamResponseListener();
    question.send(listener);
    try {
      Response answer = listener.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!TransferCodings.areUnderstood(answer.getHeaders())) {
        TransferCodings.Unsupported unsupported =
            new TransferCodings.Unsupported(answer.getHeaders());
        abort(question, unsupported);
        fail(request, response, unsupported);
        return;
      }
      response.setStatus(answer.getStatus());
      onServerResponseHeaders(request, response, answer);
      try (InputStream body = listener.getInputStream()) {
        body.transferTo(response.getOutputStream());
      }
    } catch (ExecutionException e) {
      if (isFirst
          && !hasContent(request)
          && StaleConnection.mayHaveFailed(question, e.getCause())) {
        forwardWaiting(request, response, false);
      } else {
        fail(request, response, e.getCause());
      }
    } catch (TimeoutException e) {
      abort(question, e);
      fail(request, response, e);
    } catch (InterruptedException e) {
      abort(question, e);
      Thread.currentThread().interrupt();
      fail(request, response, e);
    }
  }

  private static void abort(Request question, Exception why) {
    CompletableFuture<Boolean> unused = question.abort(why);
  }

  @Override
  protected HttpClient newHttpClient() {
    HttpClient client = new DaemonClient(newClientConnector());
    client.setScheduler(new ScheduledExecutorScheduler(getServletName() + "-timeouts", true));
    client.setConnectTimeout(connectTimeout.toMillis());
    client.setMaxRequestHeadersSize(LONGEST_HEAD);
    client.setMaxResponseHeadersSize(LONGEST_HEAD);
    return client;
  }

  @Override
  public String getViaHost() {
    return via;
  }

  @Override
  protected String rewriteTarget(HttpServletRequest request) {
    String path = publicLinks.deployment().path(request);
    String query = request.getQueryString();
    return server.getRawPath() + path + (query == null ? "" : "?" + query);
  }

  @Override
  protected Request newProxyRequest(HttpServletRequest request, String target) {
    return request(target)
        .method(request.getMethod())
        // Jetty's proxy reads there what it writes into Via.
        .attribute(CLIENT_REQUEST_ATTRIBUTE, request)
        .idleTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As they came, but for cookies that the History Server has replaced since. */
  @Override
  protected void copyRequestHeaders(HttpServletRequest request, Request question) {
    super.copyRequestHeaders(request, question);
    IdentityHeaders sender = renewed.callerOf(request);
    question.attribute(SENDER, sender);
    if (!sender.equals(renewed.presentedBy(request))) {
      question.headers(
          fields -> {
            fields.remove(HttpHeader.COOKIE);
            sender.cookies().forEach(cookie -> fields.add(HttpHeader.COOKIE, cookie));
          });
    }
  }

  /** What browsers send does not have to be a URI; where it is one, {@code //} stays what it is. */
  private Request request(String target) {
    try {
      return getHttpClient()
          .newRequest(new URI(server.getScheme() + "://" + server.getRawAuthority() + target));
    } catch (URISyntaxException e) {
      return getHttpClient().newRequest(server).path(target);
    }
  }

  @Override
  protected void addXForwardedHeaders(HttpServletRequest request, Request question) {
    String prefix = publicLinks.of(request).prefix().path();
    question.headers(
        fields -> {
          ForwardedHeaders.headers(request).forEach(fields::put);
          fields.remove(ForwardedHeaders.CONTEXT);
          if (!prefix.isEmpty()) {
            fields.put(ForwardedHeaders.CONTEXT, ForwardedHeaders.context(prefix));
          }
        });
  }

  @Override
  protected void onServerResponseHeaders(
      HttpServletRequest request, HttpServletResponse response, Response answer) {
    if (!HistoryServerClient.isAway(answer)) {
      reachability.reached();
    }
    super.onServerResponseHeaders(request, response, answer);
    List<SetCookie> cookies =
        answer.getHeaders().getValuesList(HttpHeader.SET_COOKIE).stream()
            .map(SetCookie::parse)
            .toList();
    SetCookie.addAll(cookies, response);
    if (answer.getRequest().getAttributes().get(SENDER) instanceof IdentityHeaders sender) {
      renewed.learnForwarded(sender, cookies);
    }
  }

  @Override
  protected String filterServerResponseHeader(
      HttpServletRequest request, Response answer, String name, String value) {
    if (name.equalsIgnoreCase(HttpHeader.LOCATION.asString())) {
      return UpstreamLocation.rewrite(
              value,
              server + publicLinks.deployment().path(request),
              target -> isOwn(target, request),
              publicLinks.of(request).prefix().path())
          .orElse(value);
    }
    // The container gives the answer its own, and cookies may replace those of an earlier one.
    boolean isPutElsewhere =
        name.equalsIgnoreCase(HttpHeader.DATE.asString())
            || name.equalsIgnoreCase(HttpHeader.SET_COOKIE.asString());
    return isPutElsewhere || isLengthOfNothing(answer, name) ? null : value;
  }

  /**
   * Whether this is an address that the browser cannot use as it is: the History Server's own, that
   * of the browser without the prefix, or one without the TLS that a proxy in front has.
   */
  private boolean isOwn(URI target, HttpServletRequest request) {
    String authority = String.valueOf(target.getRawAuthority());
    if (authority.equalsIgnoreCase(server.getRawAuthority())) {
      return true;
    }
    boolean isHere =
        authority.equalsIgnoreCase(request.getHeader("Host"))
            || authority.equalsIgnoreCase(request.getHeader("X-Forwarded-Host"));
    boolean isAsSeen =
        publicLinks.of(request).prefix().path().isEmpty()
            && ForwardedHeaders.scheme(request).equalsIgnoreCase(target.getScheme());
    return isHere && !isAsSeen && isOwnPath(target.getRawPath());
  }

  private boolean isOwnPath(String path) {
    return OWN_PATHS.matcher(path).matches() || path.startsWith(publicLinks.base() + "/");
  }

  @Override
  protected void onProxyResponseFailure(
      HttpServletRequest request,
      HttpServletResponse response,
      Response answer,
      Throwable failure) {
    StreamingExchange exchange = StreamingExchange.of(request);
    if (exchange.hasBegun(response)) {
      ResponseAbort.abort(request, response, getServletContext());
      return;
    }
    try {
      fail(request, response, failure, exchange.hasBrowserFailed());
    } catch (IOException e) {
      _log.debug("nobody to tell that the History Server failed", e);
    } finally {
      request.getAsyncContext().complete();
    }
  }

  /** The status for a response that the History Server did not send (RFC 9110, section 15.6). */
  private static int statusOf(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return HttpStatus.GATEWAY_TIMEOUT_504;
    }
    // Jetty's client rejects a request if too many wait for a connection.
    return failure instanceof RejectedExecutionException
        ? HttpStatus.SERVICE_UNAVAILABLE_503
        : HttpStatus.BAD_GATEWAY_502;
  }

  private void fail(HttpServletRequest request, HttpServletResponse response, Throwable failure)
      throws IOException {
    fail(request, response, failure, false);
  }

  private void fail(
      HttpServletRequest request,
      HttpServletResponse response,
      Throwable failure,
      boolean hasBrowserFailed)
      throws IOException {
    int status = HttpStatus.BAD_REQUEST_400;
    if (!hasBrowserFailed) {
      status = statusOf(failure);
      reachability.failed(String.valueOf(failure));
    }
    Responses.reset(response);
    failurePage.write(request, response, status);
  }
}
