// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The state of one request that a {@link StreamingProxy} forwards. It belongs to the request from
 * {@link #attachTo} on, and is the one attribute of the request that the proxies set. If the
 * request is dispatched once more, to another proxy, that proxy attaches another state.
 *
 * <p>Thread-safe: each field is volatile or atomic, and no two of them depend on each other. These
 * threads write:
 *
 * <ul>
 *   <li>the container's thread that reads the request body ({@link #markRequestBodyFailed})
 *   <li>the thread that writes the response, the container's or the HTTP client's ({@link
 *       #markBrowserDisconnected})
 *   <li>the HTTP client's thread that has the server's response ({@link #setForwarder}, {@link
 *       #countRetry})
 * </ul>
 *
 * <p>The thread that ends the request reads them; mostly it is the HTTP client's.
 */
public class StreamingExchange {
  private static final String ATTRIBUTE = StreamingExchange.class.getName();

  private final EarlierHeaders earlierHeaders;
  private final AtomicInteger retries = new AtomicInteger();
  private volatile boolean requestBodyFailed;
  private volatile boolean browserDisconnected;
  // Null until content arrives. If the request is sent again, the forwarder of the last response.
  private volatile @Nullable ContentForwarder forwarder;

  /**
   * @param earlierHeaders the headers of the response before the request is forwarded
   */
  public StreamingExchange(EarlierHeaders earlierHeaders) {
    this.earlierHeaders = earlierHeaders;
  }

  /** Makes this the state of the request, until another state is attached. */
  public final void attachTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Returns the state of a request.
   *
   * @throws IllegalStateException if no state is attached
   */
  public static StreamingExchange of(HttpServletRequest request) {
    return of(request, StreamingExchange.class);
  }

  /**
   * Returns the state of a request.
   *
   * @throws IllegalStateException if no state of this type is attached
   */
  protected static <T extends StreamingExchange> T of(HttpServletRequest request, Class<T> type) {
    Object attached = request.getAttribute(ATTRIBUTE);
    if (!type.isInstance(attached)) {
      throw new IllegalStateException("no proxy forwards this request, but " + attached);
    }
    return type.cast(attached);
  }

  /** Returns the headers of the response before the request was forwarded. */
  public final EarlierHeaders earlierHeaders() {
    return earlierHeaders;
  }

  /** Whether the browser has disconnected, so that no more of the response can be written. */
  public final boolean hasBrowserDisconnected() {
    return browserDisconnected;
  }

  final void markBrowserDisconnected() {
    browserDisconnected = true;
  }

  /** Whether the request body is incomplete, or is not valid HTTP. */
  public final boolean hasRequestBodyFailed() {
    return requestBodyFailed;
  }

  final void markRequestBodyFailed() {
    requestBodyFailed = true;
  }

  /** Returns how many times the request was sent again. */
  final int retries() {
    return retries.get();
  }

  final void countRetry() {
    retries.incrementAndGet();
  }

  final void setForwarder(ContentForwarder started) {
    forwarder = started;
  }

  /** Whether a part of the response may have reached the browser. */
  public final boolean hasResponseBegun(HttpServletResponse response) {
    ContentForwarder started = forwarder;
    return response.isCommitted() || (started != null && started.hasBegun());
  }
}
