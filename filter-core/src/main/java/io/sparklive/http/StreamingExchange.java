package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The state of one request that a {@link StreamingProxy} forwards, from {@link #attachTo} on. It is
 * the one attribute of the request that the proxies set. A request that is dispatched once more, to
 * the other proxy, gets another state.
 *
 * <p>Thread-safe. Written by the container's thread that reads the browser's body ({@link
 * #markBrowserFailed}), by the thread that writes the response, the container's or the HTTP
 * client's ({@link #markBrowserGone}), and by the HTTP client's thread that has the server's
 * response ({@link #setForwarder}, {@link #countSentAgain}). Read by the thread that ends the
 * request, mostly the HTTP client's.
 */
public class StreamingExchange {
  private static final String ATTRIBUTE = StreamingExchange.class.getName();

  private final AtomicInteger timesSentAgain = new AtomicInteger();
  private volatile boolean browserFailed;
  private volatile boolean browserGone;
  // Null until content arrives; that of the last response if the request is sent again.
  private volatile ContentForwarder forwarder;

  /** Makes this the state of the request, until another is attached. */
  public final void attachTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /**
   * The state of a request.
   *
   * @throws IllegalStateException if none is attached
   */
  public static StreamingExchange of(HttpServletRequest request) {
    return of(request, StreamingExchange.class);
  }

  protected static <T extends StreamingExchange> T of(HttpServletRequest request, Class<T> type) {
    Object attached = request.getAttribute(ATTRIBUTE);
    if (!type.isInstance(attached)) {
      throw new IllegalStateException("no proxy forwards this request, but " + attached);
    }
    return type.cast(attached);
  }

  /** Whether the browser takes the response no more. */
  public final boolean hasBrowserGone() {
    return browserGone;
  }

  final void markBrowserGone() {
    browserGone = true;
  }

  /** Whether the browser's body broke off, or is not valid HTTP. */
  public final boolean hasBrowserFailed() {
    return browserFailed;
  }

  final void markBrowserFailed() {
    browserFailed = true;
  }

  /** How many times the request was sent once more. */
  final int timesSentAgain() {
    return timesSentAgain.get();
  }

  final void countSentAgain() {
    timesSentAgain.incrementAndGet();
  }

  final void setForwarder(ContentForwarder started) {
    forwarder = started;
  }

  /** Whether a part of the response may have reached the browser. */
  public final boolean hasBegun(HttpServletResponse response) {
    ContentForwarder started = forwarder;
    return response.isCommitted() || (started != null && started.hasBegun());
  }
}
