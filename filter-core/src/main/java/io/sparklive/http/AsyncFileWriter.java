// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes bytes to a response as fast as the browser reads them; no thread waits for the browser.
 *
 * <p>After the start, only the container calls it, one thread at a time.
 */
public final class AsyncFileWriter implements WriteListener {
  // A container accepts so many bytes at once, even if the browser is slow.
  private static final int WRITTEN_AT_ONCE = 8 * 1024;

  private final AsyncContext context;
  private final ServletOutputStream stream;
  private final byte[] bytes;
  private final int from;
  private final int length;
  private boolean written;

  private AsyncFileWriter(
      AsyncContext context, ServletOutputStream stream, byte[] bytes, int from, int length) {
    this.context = context;
    this.stream = stream;
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /**
   * Writes a part of the bytes as the body of a response. If the part is small, or the request
   * cannot be asynchronous, it is written before this returns.
   */
  static void send(
      HttpServletRequest request, HttpServletResponse response, byte[] bytes, int from, int length)
      throws IOException {
    ServletOutputStream stream = response.getOutputStream();
    if (length <= WRITTEN_AT_ONCE || !request.isAsyncSupported()) {
      stream.write(bytes, from, length);
      return;
    }
    AsyncContext context = request.startAsync(request, response);
    // If the browser reads nothing for too long, the container ends the request.
    context.setTimeout(0);
    stream.setWriteListener(new AsyncFileWriter(context, stream, bytes, from, length));
  }

  @Override
  public void onWritePossible() throws IOException {
    while (stream.isReady()) {
      if (written) {
        context.complete();
        return;
      }
      written = true;
      stream.write(bytes, from, length);
    }
  }

  @Override
  public void onError(Throwable failure) {
    // The browser has disconnected: no response can reach it.
    context.complete();
  }
}
