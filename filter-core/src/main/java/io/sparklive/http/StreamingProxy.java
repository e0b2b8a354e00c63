package io.sparklive.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
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

/**
 * Jetty's asynchronous proxy, which forwards each part of a response as it arrives, and records
 * whose fault it was when a request fails. A {@link StreamingExchange} must be {@linkplain
 * StreamingExchange#attachTo attached} to each request.
 */
public abstract class StreamingProxy extends AsyncProxyServlet {
  private static final long serialVersionUID = 1L;
  private static final byte[] NOTHING = {};
  // A server that closes idle connections closes several, and one request may meet two of them.
  private static final int MOST_SENT_AGAIN = 2;

  /** Starts the client, with these parameters of {@link AsyncProxyServlet}. */
  protected final void start(ServletContext context, Map<String, String> parameters)
      throws ServletException {
    init(new ProxyConfig(context, parameters));
    // Jetty's servlet takes all but one away, and a request would never end over such an answer.
    getHttpClient().getProtocolHandlers().put(new ProcessingProtocolHandler());
    getHttpClient().getProtocolHandlers().put(new EarlyHintsProtocolHandler());
  }

  /**
   * A response without content (RFC 9110, section 15.3.5) has no length: the container would wait
   * for that many bytes and fail.
   */
  protected static boolean isLengthOfNothing(Response answer, String header) {
    return answer.getStatus() == HttpStatus.NO_CONTENT_204
        && header.equalsIgnoreCase(HttpHeader.CONTENT_LENGTH.asString());
  }

  /**
   * A response without content has no type either (RFC 9110, section 15.4.5), and must not change
   * that of the file that a browser has.
   */
  protected static boolean isTypeOfNothing(Response answer, String header) {
    return answer.getStatus() == HttpStatus.NOT_MODIFIED_304
        && header.equalsIgnoreCase(HttpHeader.CONTENT_TYPE.asString());
  }

  @Override
  protected final Response.Listener newProxyResponseListener(
      HttpServletRequest request, HttpServletResponse response) {
    return new FinalAnswer(request, response);
  }

  @Override
  protected final ReadListener newReadListener(
      HttpServletRequest request,
      HttpServletResponse response,
      Request proxyRequest,
      AsyncRequestContent content) {
    return new BrowserReader(request, response, proxyRequest, content);
  }

  /** Whether the threads that read from the server may block. */
  protected Invocable.InvocationType invocationType() {
    return Invocable.InvocationType.BLOCKING;
  }

  /** The bytes that follow the content of this response. */
  protected byte[] tail(HttpServletRequest clientRequest, Response serverResponse) {
    return NOTHING;
  }

  /** Whether the content of the response to this request is read, but not forwarded. */
  protected boolean isDiscarded(HttpServletRequest clientRequest) {
    return false;
  }

  /**
   * Jetty's client knows some interim answers (RFC 9110, section 15.2) and skips them; over any
   * other it would wait for ever.
   */
  private final class FinalAnswer extends ProxyResponseListener {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final StreamingExchange exchange;
    private ContentForwarder forwarder;

    FinalAnswer(HttpServletRequest request, HttpServletResponse response) {
      super(request, response);
      this.request = request;
      this.response = response;
      this.exchange = StreamingExchange.of(request);
    }

    @Override
    public void onBegin(Response answer) {
      if (HttpStatus.isInformational(answer.getStatus())) {
        CompletableFuture<Boolean> unused =
            answer.abort(new EOFException("an interim answer that is not known"));
      } else {
        super.onBegin(answer);
      }
    }

    @Override
    public void onHeaders(Response answer) {
      if (TransferCodings.areUnderstood(answer.getHeaders())) {
        super.onHeaders(answer);
      } else {
        CompletableFuture<Boolean> unused =
            answer.abort(new TransferCodings.Unsupported(answer.getHeaders()));
      }
    }

    @Override
    public void onContentSource(Response serverResponse, Content.Source content) {
      if (isDiscarded(request)) {
        super.onContentSource(serverResponse, content);
        return;
      }
      forwarder =
          new ContentForwarder(
              exchange,
              response,
              serverResponse,
              content,
              tail(request, serverResponse),
              invocationType(),
              () -> onProxyResponseSuccess(request, response, serverResponse),
              failure -> onProxyResponseFailure(request, response, serverResponse, failure));
      exchange.setForwarder(forwarder);
      forwarder.start();
    }

    /** Reads what is discarded. */
    @Override
    public void onContent(Response serverResponse, Content.Chunk chunk, Runnable demander) {
      demander.run();
    }

    @Override
    public void onComplete(Result result) {
      if (isToBeSentAgain(result)) {
        exchange.countSentAgain();
        send(request, response);
      } else if (forwarder != null && result.isSucceeded()) {
        forwarder.succeed();
      } else {
        super.onComplete(result);
      }
    }

    private boolean isToBeSentAgain(Result result) {
      return result.isFailed()
          && StaleConnection.mayHaveFailed(result)
          && exchange.timesSentAgain() < MOST_SENT_AGAIN
          && !hasContent(request)
          && !exchange.hasBrowserFailed()
          && !exchange.hasBrowserGone();
    }
  }

  /**
   * Sends a request as {@link #service} does, but one whose asynchronous processing has begun: it
   * is sent once more, or its {@linkplain FormBody body} has been read.
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
                    // The request names the length, or the transfer coding, of its own body.
                    .headers(fields -> fields.remove(HttpHeader.CONTENT_LENGTH))
                    .body(new BytesRequestContent(request.getContentType(), bytes)));
    sendProxyRequest(request, response, proxyRequest);
  }

  private final class BrowserReader extends StreamReader {
    private final StreamingExchange exchange;
    private final Request proxyRequest;

    BrowserReader(
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
        exchange.markBrowserFailed();
        throw e;
      }
    }

    /** Comes as well where the driver has broken off. */
    @Override
    public void onError(Throwable failure) {
      if (proxyRequest.getAbortCause() == null) {
        exchange.markBrowserFailed();
      }
      super.onError(failure);
    }
  }
}
