package io.sparklive.discovery.kubernetes;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Why something failed, in words for people who run a cluster. */
final class ErrorMessages {
  private static final int LONGEST = 300;

  private ErrorMessages() {}

  /** Without line breaks, and not too long. */
  static String inOneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  static String of(Throwable failure) {
    Throwable root = failure;
    boolean timedOut = root instanceof SocketTimeoutException;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
      timedOut |= root instanceof SocketTimeoutException;
    }
    if (root instanceof UnknownHostException) {
      return "no such host: " + root.getMessage();
    }
    if (root instanceof ConnectException) {
      return "connection refused";
    }
    if (timedOut) {
      // Okio closes the socket at the end of the time, and names that as the cause.
      return "no answer in time";
    }
    if (failure instanceof SSLException) {
      return "its certificate is not trusted, or it speaks no TLS: " + root.getMessage();
    }
    String message = root.getMessage();
    return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
  }
}
