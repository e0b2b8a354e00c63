package io.sparklive.proxy;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Flushes after each part of an answer that comes bit by bit. One that says how long it is comes in
 * one go, and is spared the extra writes.
 */
final class Flusher {
  private final HttpServletRequest request;
  private final boolean wanted;
  private boolean begun;

  Flusher(HttpServletRequest request, boolean wanted) {
    this.request = request;
    this.wanted = wanted;
  }

  /** Flushes what was written; false where that goes on, to be asked again when it is through. */
  boolean isFlushed() {
    if (wanted && !begun) {
      begun = true;
      if (!flush()) {
        return false;
      }
    }
    begun = false;
    return true;
  }

  private boolean flush() {
    try {
      ServletOutputStream output = request.getAsyncContext().getResponse().getOutputStream();
      output.flush();
      return output.isReady();
    } catch (IOException e) {
      // The browser has gone; the next write tells everybody.
      return true;
    }
  }
}
