package io.sparklive.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends bytes as fast as the browser takes them, and keeps no thread waiting for it. */
public final class AsyncFileWriter implements WriteListener {
  // What a container takes at once, however slow the browser is.
  private static final int TAKEN_AT_ONCE = 8 * 1024;

  private final AsyncContext exchange;
  private final ServletOutputStream stream;
  private final byte[] bytes;
  private final int from;
  private final int length;
  private boolean written;

  private AsyncFileWriter(
      AsyncContext exchange, ServletOutputStream stream, byte[] bytes, int from, int length) {
    this.exchange = exchange;
    this.stream = stream;
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  static void send(
      HttpServletRequest request, HttpServletResponse response, byte[] bytes, int from, int length)
      throws IOException {
    ServletOutputStream stream = response.getOutputStream();
    if (length <= TAKEN_AT_ONCE || !request.isAsyncSupported()) {
      stream.write(bytes, from, length);
      return;
    }
    AsyncContext exchange = request.startAsync(request, response);
    // A browser that takes nothing for too long is the container's to notice.
    exchange.setTimeout(0);
    stream.setWriteListener(new AsyncFileWriter(exchange, stream, bytes, from, length));
  }

  @Override
  public void onWritePossible() throws IOException {
    while (stream.isReady()) {
      if (written) {
        exchange.complete();
        return;
      }
      written = true;
      stream.write(bytes, from, length);
    }
  }

  @Override
  public void onError(Throwable failure) {
    // The browser has gone: there is nobody to tell.
    exchange.complete();
  }
}
