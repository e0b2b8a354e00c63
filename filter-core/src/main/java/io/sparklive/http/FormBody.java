// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a small form from the body of a request before the request is authorized and forwarded. No
 * thread waits for the body. {@link StreamingProxy} sends the same bytes to the driver.
 *
 * <p>The container calls it from one thread at a time; another thread reports the time-out. The
 * first of them to end the form wins, and only this one completes the request.
 */
public final class FormBody implements ReadListener {
  private static final Logger LOG = LoggerFactory.getLogger(FormBody.class);
  private static final String ATTRIBUTE = FormBody.class.getName();
  private static final String TYPE = "application/x-www-form-urlencoded";
  // Spark's own forms have some 100 bytes.
  private static final int MAX_BYTES = 8 * 1024;
  private static final long TIMEOUT_SECONDS = 30;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Handler handler;
  private final AsyncContext context;
  private final ServletInputStream stream;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicBoolean isOver = new AtomicBoolean();

  /** Handles a request whose body is in memory. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Handles the request. Asynchronous processing has begun; the handler completes it.
     *
     * @param isTooLarge whether the form is larger than 8 KiB. If so, it was not read to its end,
     *     and the request cannot be forwarded
     */
    void handle(boolean isTooLarge) throws Exception;
  }

  private FormBody(HttpServletRequest request, HttpServletResponse response, Handler handler)
      throws IOException {
    this.request = request;
    this.response = response;
    this.handler = handler;
    this.context = request.startAsync(request, response);
    this.stream = request.getInputStream();
  }

  /** Whether a request has a body. */
  public static boolean hasContent(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** Whether a request has a form in its body. */
  public static boolean isIn(HttpServletRequest request) {
    String type = request.getContentType();
    return hasContent(request)
        && type != null
        && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE);
  }

  /**
   * Reads the form, then calls the handler. If the form is not complete within 30 seconds, or if
   * the browser disconnects, the request ends and the handler is not called.
   */
  public static void read(HttpServletRequest request, HttpServletResponse response, Handler handler)
      throws IOException {
    FormBody form = new FormBody(request, response, handler);
    form.context.setTimeout(0);
    Executor afterTimeout = CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    afterTimeout.execute(() -> form.end(HttpStatus.REQUEST_TIMEOUT_408));
    form.stream.setReadListener(form);
  }

  /** Returns the body that was read; empty if no form was read. */
  static Optional<byte[]> bytesOf(HttpServletRequest request) {
    return Optional.ofNullable((byte[]) request.getAttribute(ATTRIBUTE));
  }

  /** Returns the form that was read, in the syntax of a query; null if no form was read. */
  public static @Nullable String textOf(HttpServletRequest request) {
    return bytesOf(request).map(body -> new String(body, StandardCharsets.UTF_8)).orElse(null);
  }

  @Override
  public void onDataAvailable() throws IOException {
    byte[] part = new byte[1024];
    while (!isOver.get() && stream.isReady()) {
      int length = stream.read(part);
      if (length < 0) {
        return;
      }
      bytes.write(part, 0, length);
      if (bytes.size() > MAX_BYTES) {
        handle(true);
      }
    }
  }

  @Override
  public void onAllDataRead() {
    boolean isParsedBefore = bytes.size() == 0 && request.getContentLengthLong() > 0;
    request.setAttribute(ATTRIBUTE, isParsedBefore ? parameters() : bytes.toByteArray());
    handle(false);
  }

  /**
   * Writes the form again from its parameters. A filter before this one has called {@code
   * getParameter}, so the container has read and parsed the body.
   */
  private byte[] parameters() {
    String query = request.getQueryString() == null ? "" : request.getQueryString();
    return request.getParameterMap().entrySet().stream()
        .filter(entry -> QueryParameters.first(query, entry.getKey()).isEmpty())
        .flatMap(FormBody::pairs)
        .collect(Collectors.joining("&"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Stream<String> pairs(Map.Entry<String, String[]> entry) {
    return Arrays.stream(entry.getValue())
        .map(value -> encoded(entry.getKey()) + "=" + encoded(value));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void onError(Throwable failure) {
    LOG.debug("Form of a request could not be read", failure);
    end(HttpStatus.BAD_REQUEST_400);
  }

  private void handle(boolean isTooLarge) {
    if (!isOver.compareAndSet(false, true)) {
      return;
    }
    try {
      handler.handle(isTooLarge);
    } catch (Exception e) {
      LOG.warn("A request with a form failed: {}", request.getRequestURI(), e);
      finish(HttpStatus.INTERNAL_SERVER_ERROR_500);
    }
  }

  private void end(int status) {
    if (isOver.compareAndSet(false, true)) {
      finish(status);
    }
  }

  private void finish(int status) {
    if (!response.isCommitted()) {
      response.setStatus(status);
    }
    context.complete();
  }
}
