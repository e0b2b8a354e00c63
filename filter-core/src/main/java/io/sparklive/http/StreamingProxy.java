// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.ee9.proxy.AsyncProxyServlet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that forwards each part of a response as it arrives, on top of Jetty's asynchronous
 * proxy. If a request fails, it records in the {@link StreamingExchange} whether the browser was
 * the cause. A subclass must {@linkplain StreamingExchange#attachTo attach} an exchange to each
 * request.
 */
public abstract class StreamingProxy extends AsyncProxyServlet {
  private static final long serialVersionUID = 1L;
  private static final byte[] NO_TAIL = {};
  // A server closes several idle connections at once, and one request may be sent on two of them.
  private static final int MAX_RETRIES = 2;

  /** Starts the HTTP client, with these parameters of {@link AsyncProxyServlet}. */
  protected final void start(ServletContext context, Map<String, String> parameters)
      throws ServletException {
    init(new ProxyConfig(context, parameters));
    // Jetty's servlet removes these handlers, and a request would never end after such a response.
    getHttpClient().getProtocolHandlers().put(new ProcessingProtocolHandler());
    getHttpClient().getProtocolHandlers().put(new EarlyHintsProtocolHandler());
  }

  /**
   * Whether a header is the length of a response without content (RFC 9110, section 15.3.5). The
   * container would wait for so many bytes, and fail.
   */
  protected static boolean isLengthWithoutContent(Response serverResponse, String header) {
    return serverResponse.getStatus() == HttpStatus.NO_CONTENT_204
        && header.equalsIgnoreCase(HttpHeader.CONTENT_LENGTH.asString());
  }

  /**
   * Whether a header is the type of a response without content (RFC 9110, section 15.4.5). It must
   * not change the type of the file in the browser's cache.
   */
  protected static boolean isTypeWithoutContent(Response serverResponse, String header) {
    return serverResponse.getStatus() == HttpStatus.NOT_MODIFIED_304
        && header.equalsIgnoreCase(HttpHeader.CONTENT_TYPE.asString());
  }

  @Override
  protected final Response.Listener newProxyResponseListener(
      HttpServletRequest request, HttpServletResponse response) {
    return new FinalResponseListener(request, response);
  }

  @Override
  protected final ReadListener newReadListener(
      HttpServletRequest request,
      HttpServletResponse response,
      Request proxyRequest,
      AsyncRequestContent content) {
    return new RequestBodyReader(request, response, proxyRequest, content);
  }

  /** Returns whether the threads that read from the server may block. */
  protected Invocable.InvocationType invocationType() {
    return Invocable.InvocationType.BLOCKING;
  }

  /** Returns the bytes that follow the content of this response. */
  protected byte[] tail(HttpServletRequest clientRequest, Response serverResponse) {
    return NO_TAIL;
  }

  /** Whether the content of the response to this request is read, but not forwarded. */
  protected boolean isDiscarded(HttpServletRequest clientRequest) {
    return false;
  }

  /**
   * Receives the final response of the server. If the response is an unknown interim response or
   * has an unknown transfer coding, it is aborted. If the server closed the idle connection at the
   * same moment, the request is sent again.
   */
  private final class FinalResponseListener extends ProxyResponseListener {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final StreamingExchange exchange;
    private @Nullable ContentForwarder forwarder;

    FinalResponseListener(HttpServletRequest request, HttpServletResponse response) {
      super(request, response);
      this.request = request;
      this.response = response;
      this.exchange = StreamingExchange.of(request);
    }

    @Override
    public void onBegin(Response serverResponse) {
      if (!HttpClients.abortIfInterim(serverResponse)) {
        super.onBegin(serverResponse);
      }
    }

    @Override
    public void onHeaders(Response serverResponse) {
      if (TransferCodings.areSupported(serverResponse.getHeaders())) {
        super.onHeaders(serverResponse);
      } else {
        CompletableFuture<Boolean> unused =
            serverResponse.abort(new TransferCodings.Unsupported(serverResponse.getHeaders()));
      }
    }

    @Override
    public void onContentSource(Response serverResponse, Content.Source content) {
      if (isDiscarded(request)) {
        super.onContentSource(serverResponse, content);
        return;
      }
      ContentForwarder started =
          new ContentForwarder(
              exchange,
              response,
              serverResponse,
              content,
              tail(request, serverResponse),
              invocationType(),
              () -> onProxyResponseSuccess(request, response, serverResponse),
              failure -> onProxyResponseFailure(request, response, serverResponse, failure));
      forwarder = started;
      exchange.setForwarder(started);
      started.start();
    }

    /** Reads content that is discarded. */
    @Override
    public void onContent(Response serverResponse, Content.Chunk chunk, Runnable demander) {
      demander.run();
    }

    @Override
    public void onComplete(Result result) {
      if (mayRetry(result)) {
        exchange.countRetry();
        send(request, response);
      } else if (forwarder != null && result.isSucceeded()) {
        forwarder.succeed();
      } else {
        super.onComplete(result);
      }
    }

    private boolean mayRetry(Result result) {
      return result.isFailed()
          && StaleConnection.mayHaveFailed(result)
          && exchange.retries() < MAX_RETRIES
          && !hasContent(request)
          && !exchange.hasRequestBodyFailed()
          && !exchange.hasBrowserDisconnected();
    }
  }

  /**
   * Sends a request whose asynchronous processing has begun; {@link #service} sends any other.
   * Either the request is sent again, or its {@linkplain FormBody body} has been read before.
   */
  protected final void send(HttpServletRequest request, HttpServletResponse response) {
    Request proxyRequest = newProxyRequest(request, rewriteTarget(request));
    copyRequestHeaders(request, proxyRequest);
    addProxyHeaders(request, proxyRequest);
    proxyRequest.timeout(getTimeout(), TimeUnit.MILLISECONDS);
    FormBody.bytesOf(request)
        .ifPresent(
            bytes ->
                proxyRequest
                    // The new body has a length of its own, and no transfer coding.
                    .headers(fields -> fields.remove(HttpHeader.CONTENT_LENGTH))
                    .body(new BytesRequestContent(request.getContentType(), bytes)));
    sendProxyRequest(request, response, proxyRequest);
  }

  /** Reads the request body, and records its failure in the exchange. */
  private final class RequestBodyReader extends StreamReader {
    private final StreamingExchange exchange;
    private final Request proxyRequest;

    RequestBodyReader(
        HttpServletRequest request,
        HttpServletResponse response,
        Request proxyRequest,
        AsyncRequestContent content) {
      super(request, response, proxyRequest, content);
      this.exchange = StreamingExchange.of(request);
      this.proxyRequest = proxyRequest;
    }

    @Override
    protected Action process() throws Exception {
      try {
        return super.process();
      } catch (IOException | RuntimeException e) {
        exchange.markRequestBodyFailed();
        throw e;
      }
    }

    /** The container also calls it after the proxied request was aborted. */
    @Override
    public void onError(Throwable failure) {
      if (proxyRequest.getAbortCause() == null) {
        exchange.markRequestBodyFailed();
      }
      super.onError(failure);
    }
  }
}
