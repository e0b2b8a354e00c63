// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static java.util.Objects.requireNonNull;

import io.sparklive.http.DaemonClient;
import io.sparklive.http.EarlierHeaders;
import io.sparklive.http.ForwardedHeaders;
import io.sparklive.http.HttpClients;
import io.sparklive.http.ResponseAbort;
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
import org.jspecify.annotations.Nullable;

/**
 * Forwards requests to the History Server, on top of Jetty's proxy. Each request that the filter
 * does not handle itself is forwarded unchanged, with all headers that identify its sender. If the
 * filter changes the response, the response is complete when {@link #forward} returns; any other
 * request is asynchronous.
 *
 * <p>Thread-safe after {@link #start(ServletContext)}.
 */
public final class HistoryServerProxy extends StreamingProxy {
  private static final long serialVersionUID = 1L;

  // No thread waits for the History Server or a browser.
  private static final int MAX_THREADS = 32;
  private static final String IDENTITY = IdentityHeaders.class.getName();
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  // To show an application for the first time, the History Server reads its whole event log.
  private static final Duration RESPONSE_TIMEOUT = Duration.ofMinutes(10);
  // The paths to which the History Server redirects; another server may own the rest of a host.
  private static final Pattern OWN_PATHS =
      Pattern.compile("/(?:(?:api|history|home|jobs|json|log|logPage|static)(?:/.*)?)?");

  private final transient URI server;
  private final transient Duration connectTimeout;
  private final transient ExternalLinks links;
  private final transient ErrorPage errorPage;
  private final transient UpstreamHealth health;
  private final transient RenewedCookies renewedCookies;
  private final String via;

  /** Writes the page for users if the History Server does not respond. */
  @FunctionalInterface
  public interface ErrorPage {
    /**
     * Writes a whole response.
     *
     * @param status 400 if the request itself is invalid, 508 if it is in a loop, else 502, 503 or
     *     504
     */
    void write(HttpServletRequest request, HttpServletResponse response, int status)
        throws IOException;
  }

  /**
   * @param server the address of the History Server, without a slash at the end
   * @param connectTimeout how long to wait for a connection
   * @param via the name of this proxy in the {@code Via} header
   */
  public HistoryServerProxy(
      URI server, Duration connectTimeout, String via, ExternalLinks links, ErrorPage errorPage) {
    this.server = server;
    this.connectTimeout = connectTimeout;
    this.via = via;
    this.links = links;
    this.errorPage = errorPage;
    this.health = new UpstreamHealth(server);
    this.renewedCookies = new RenewedCookies(links, InstantSource.system());
  }

  /**
   * Starts the HTTP client; {@link #destroy} stops it.
   *
   * @param context the servlet context of the filter
   */
  public void start(ServletContext context) throws ServletException {
    start(
        context,
        Map.of(
            "maxThreads",
            Integer.toString(MAX_THREADS),
            "preserveHost",
            "true",
            "timeout",
            "0",
            "idleTimeout",
            Long.toString(RESPONSE_TIMEOUT.toMillis())));
  }

  /** Returns a client that sends requests on behalf of callers, over the same connections. */
  public HistoryServerClient client() {
    return new HistoryServerClient(getHttpClient(), server, via, health, renewedCookies);
  }

  /** Returns the cookies that the History Server sets for the proxy and for its client. */
  public RenewedCookies renewedCookies() {
    return renewedCookies;
  }

  /** Forwards a request to the History Server, and its response to the browser. */
  public void forward(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (Collections.list(request.getHeaders("Via")).stream().anyMatch(v -> v.contains(via))) {
      errorPage.write(request, response, HttpStatus.LOOP_DETECTED_508);
      return;
    }
    new StreamingExchange(EarlierHeaders.of(response)).attachTo(request);
    if (request.isAsyncSupported()) {
      service(request, response);
    } else {
      forwardBlocking(request, response);
    }
  }

  private void forwardBlocking(HttpServletRequest clientRequest, HttpServletResponse proxyResponse)
      throws IOException {
    forwardBlocking(clientRequest, proxyResponse, true);
  }

  private void forwardBlocking(
      HttpServletRequest clientRequest, HttpServletResponse proxyResponse, boolean isFirst)
      throws IOException {
    Request proxyRequest = newProxyRequest(clientRequest, rewriteTarget(clientRequest));
    copyRequestHeaders(clientRequest, proxyRequest);
    addProxyHeaders(clientRequest, proxyRequest);
    if (hasContent(clientRequest)) {
      proxyRequest.body(
          new InputStreamRequestContent(
              clientRequest.getContentType(),
              clientRequest.getInputStream(),
              new ByteBufferPool.Sized(getHttpClient().getByteBufferPool())));
    }
    InputStreamResponseListener listener = new InputStreamResponseListener();
    proxyRequest.send(listener);
    try {
      Response serverResponse = listener.get(RESPONSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (!TransferCodings.areSupported(serverResponse.getHeaders())) {
        TransferCodings.Unsupported unsupported =
            new TransferCodings.Unsupported(serverResponse.getHeaders());
        abort(proxyRequest, unsupported);
        fail(clientRequest, proxyResponse, unsupported);
        return;
      }
      proxyResponse.setStatus(serverResponse.getStatus());
      onServerResponseHeaders(clientRequest, proxyResponse, serverResponse);
      try (InputStream body = listener.getInputStream()) {
        body.transferTo(proxyResponse.getOutputStream());
      }
    } catch (ExecutionException e) {
      Throwable failure = requireNonNull(e.getCause(), "Jetty's client reports the cause");
      if (isFirst
          && !hasContent(clientRequest)
          && StaleConnection.mayHaveFailed(proxyRequest, failure)) {
        forwardBlocking(clientRequest, proxyResponse, false);
      } else {
        fail(clientRequest, proxyResponse, failure);
      }
    } catch (TimeoutException e) {
      abort(proxyRequest, e);
      fail(clientRequest, proxyResponse, e);
    } catch (InterruptedException e) {
      abort(proxyRequest, e);
      Thread.currentThread().interrupt();
      fail(clientRequest, proxyResponse, e);
    }
  }

  private static void abort(Request proxyRequest, Exception reason) {
    CompletableFuture<Boolean> unused = proxyRequest.abort(reason);
  }

  @Override
  protected HttpClient newHttpClient() {
    HttpClient client = new DaemonClient(newClientConnector());
    HttpClients.configure(client, getServletName() + "-timeouts", connectTimeout, MAX_HEAD_BYTES);
    client.setMaxRequestHeadersSize(MAX_HEAD_BYTES);
    return client;
  }

  @Override
  public String getViaHost() {
    return via;
  }

  @Override
  protected String rewriteTarget(HttpServletRequest clientRequest) {
    String path = links.deployment().path(clientRequest);
    String query = clientRequest.getQueryString();
    return server.getRawPath() + path + (query == null ? "" : "?" + query);
  }

  @Override
  protected Request newProxyRequest(HttpServletRequest request, String target) {
    return request(target)
        .method(request.getMethod())
        // Jetty's proxy reads the attribute for the Via header.
        .attribute(CLIENT_REQUEST_ATTRIBUTE, request)
        .idleTimeout(RESPONSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Copies the headers, with the cookies that the History Server has renewed since. */
  @Override
  protected void copyRequestHeaders(HttpServletRequest clientRequest, Request proxyRequest) {
    super.copyRequestHeaders(clientRequest, proxyRequest);
    IdentityHeaders identity = renewedCookies.identityOf(clientRequest);
    proxyRequest.attribute(IDENTITY, identity);
    if (!identity.equals(renewedCookies.presentedIdentity(clientRequest))) {
      proxyRequest.headers(
          fields -> {
            fields.remove(HttpHeader.COOKIE);
            identity.cookies().forEach(cookie -> fields.add(HttpHeader.COOKIE, cookie));
          });
    }
  }

  /** Browsers also send paths that are not a URI; if the path is one, {@code //} is kept. */
  private Request request(String target) {
    try {
      return getHttpClient()
          .newRequest(new URI(server.getScheme() + "://" + server.getRawAuthority() + target));
    } catch (URISyntaxException e) {
      return getHttpClient().newRequest(server).path(target);
    }
  }

  @Override
  protected void addXForwardedHeaders(HttpServletRequest clientRequest, Request proxyRequest) {
    String prefix = links.of(clientRequest).prefix().path();
    proxyRequest.headers(
        fields -> {
          ForwardedHeaders.headers(clientRequest).forEach(fields::put);
          fields.remove(ForwardedHeaders.CONTEXT);
          if (!prefix.isEmpty()) {
            fields.put(ForwardedHeaders.CONTEXT, ForwardedHeaders.context(prefix));
          }
        });
  }

  @Override
  protected void onServerResponseHeaders(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Response serverResponse) {
    if (!HistoryServerClient.isUnavailable(serverResponse)) {
      health.recordSuccess();
    }
    super.onServerResponseHeaders(clientRequest, proxyResponse, serverResponse);
    List<SetCookie> cookies =
        serverResponse.getHeaders().getValuesList(HttpHeader.SET_COOKIE).stream()
            .map(SetCookie::parse)
            .toList();
    SetCookie.addAll(cookies, proxyResponse);
    if (serverResponse.getRequest().getAttributes().get(IDENTITY)
        instanceof IdentityHeaders identity) {
      renewedCookies.recordForwarded(identity, cookies);
    }
  }

  @Override
  protected @Nullable String filterServerResponseHeader(
      HttpServletRequest clientRequest,
      Response serverResponse,
      String headerName,
      String headerValue) {
    if (headerName.equalsIgnoreCase(HttpHeader.LOCATION.asString())) {
      return UpstreamLocation.rewrite(
              headerValue,
              server + links.deployment().path(clientRequest),
              target -> isOwn(target, clientRequest),
              links.of(clientRequest).prefix().path())
          .orElse(headerValue);
    }
    // The container sets its own date; cookies may replace those that a filter has set.
    boolean isSetElsewhere =
        headerName.equalsIgnoreCase(HttpHeader.DATE.asString())
            || headerName.equalsIgnoreCase(HttpHeader.SET_COOKIE.asString());
    return isSetElsewhere || isLengthWithoutContent(serverResponse, headerName)
        ? null
        : headerValue;
  }

  /**
   * Whether the browser cannot use this address of the History Server unchanged. It has the History
   * Server's own host, or the browser's host without the prefix, or without the TLS of a proxy in
   * front.
   */
  private boolean isOwn(URI target, HttpServletRequest clientRequest) {
    String authority = String.valueOf(target.getRawAuthority());
    if (authority.equalsIgnoreCase(server.getRawAuthority())) {
      return true;
    }
    boolean isHostOfBrowser =
        authority.equalsIgnoreCase(clientRequest.getHeader("Host"))
            || authority.equalsIgnoreCase(clientRequest.getHeader("X-Forwarded-Host"));
    boolean isUrlOfBrowser =
        links.of(clientRequest).prefix().path().isEmpty()
            && ForwardedHeaders.scheme(clientRequest).equalsIgnoreCase(target.getScheme());
    return isHostOfBrowser && !isUrlOfBrowser && isOwnPath(target.getRawPath());
  }

  private boolean isOwnPath(String path) {
    return OWN_PATHS.matcher(path).matches() || path.startsWith(links.base() + "/");
  }

  @Override
  protected void onProxyResponseFailure(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Response serverResponse,
      Throwable failure) {
    StreamingExchange exchange = StreamingExchange.of(clientRequest);
    if (exchange.hasResponseBegun(proxyResponse)) {
      ResponseAbort.abort(clientRequest, proxyResponse, getServletContext());
      return;
    }
    try {
      fail(clientRequest, proxyResponse, failure, exchange.hasRequestBodyFailed());
    } catch (IOException e) {
      _log.debug(
          "browser disconnected before the filter could report that the History Server failed", e);
    } finally {
      clientRequest.getAsyncContext().complete();
    }
  }

  /** Returns the status if the History Server did not respond (RFC 9110, section 15.6). */
  private static int statusOf(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return HttpStatus.GATEWAY_TIMEOUT_504;
    }
    // Jetty's client rejects a request if too many wait for a connection.
    return failure instanceof RejectedExecutionException
        ? HttpStatus.SERVICE_UNAVAILABLE_503
        : HttpStatus.BAD_GATEWAY_502;
  }

  private void fail(
      HttpServletRequest clientRequest, HttpServletResponse proxyResponse, Throwable failure)
      throws IOException {
    fail(clientRequest, proxyResponse, failure, false);
  }

  private void fail(
      HttpServletRequest clientRequest,
      HttpServletResponse proxyResponse,
      Throwable failure,
      boolean hasRequestBodyFailed)
      throws IOException {
    int status = HttpStatus.BAD_REQUEST_400;
    if (!hasRequestBodyFailed) {
      status = statusOf(failure);
      health.recordFailure(String.valueOf(failure));
    }
    StreamingExchange.of(clientRequest).earlierHeaders().reset(proxyResponse);
    errorPage.write(clientRequest, proxyResponse, status);
  }
}
