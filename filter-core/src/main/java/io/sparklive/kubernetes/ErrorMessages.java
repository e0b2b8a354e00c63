// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import io.sparklive.http.TextSanitizer;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/**
 * Describes failures of requests to the API server in words for the administrator, and limits
 * messages of the API server to one short line.
 */
public final class ErrorMessages {
  private static final int MAX_LENGTH = 300;

  private ErrorMessages() {}

  /** Returns the text without line breaks, cut to 300 characters. */
  static String singleLine(String text) {
    String line = TextSanitizer.oneLine(text).replaceAll("\\s+", " ").strip();
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line;
  }

  /** Returns the reason of a failure, which is mostly that of its root cause. */
  public static String of(Throwable failure) {
    Throwable root = failure;
    boolean timedOut = root instanceof SocketTimeoutException;
    for (Throwable cause = root.getCause(); cause != null && cause != root; ) {
      root = cause;
      timedOut |= root instanceof SocketTimeoutException;
      cause = root.getCause();
    }
    if (root instanceof UnknownHostException) {
      return "no such host: " + root.getMessage();
    }
    if (root instanceof ConnectException) {
      return "connection refused";
    }
    if (timedOut) {
      // After a timeout Okio closes the socket, and gives that as the cause.
      return "no response in time";
    }
    if (failure instanceof SSLException) {
      return "its certificate is not trusted, or it does not use TLS: " + root.getMessage();
    }
    String message = root.getMessage();
    return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
  }
}
