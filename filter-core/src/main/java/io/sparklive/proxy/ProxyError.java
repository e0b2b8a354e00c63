// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.http.TransferCodings;
import io.sparklive.metrics.ProxyOutcome;
import io.sparklive.proxy.LiveUiProxy.NoResponse.Cause;
import jakarta.servlet.http.HttpServletResponse;
import java.net.ConnectException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * The reasons for which the proxy itself responds to a request for a driver, each with its HTTP
 * status (RFC 9110, section 15) and its text for users.
 */
public enum ProxyError {
  BAD_REQUEST(
      HttpServletResponse.SC_BAD_REQUEST,
      "The body of the request was aborted, or is not valid HTTP."),
  UNREACHABLE(
      HttpServletResponse.SC_BAD_GATEWAY,
      "Its driver could not be reached, or closed the connection."),
  ENDING(
      HttpServletResponse.SC_SERVICE_UNAVAILABLE,
      "Its driver accepts no connections any more: the application is ending, or its driver was killed.",
      ProxyOutcome.UNREACHABLE),
  BAD_RESPONSE(
      HttpServletResponse.SC_BAD_GATEWAY,
      "Its driver sent a response in a transfer coding that is not supported.",
      ProxyOutcome.UNREACHABLE),
  WRONG_DRIVER(
      HttpServletResponse.SC_BAD_GATEWAY,
      "Another program responds at the address of its driver: the application may just"
          + " have ended."),
  TLS_UNTRUSTED(
      HttpServletResponse.SC_BAD_GATEWAY,
      "The certificate of its driver is not trusted (driverTrustStore)."),
  QUEUE_FULL(
      HttpServletResponse.SC_SERVICE_UNAVAILABLE,
      "Too many requests already wait for its driver, which responds slowly."),
  OVERLOADED(
      HttpServletResponse.SC_SERVICE_UNAVAILABLE,
      "The filter already forwards as many requests as it can."),
  TIMED_OUT(HttpServletResponse.SC_GATEWAY_TIMEOUT, "Its driver did not respond within %d ms.");

  /** The status of a request that has passed this server before (RFC 5842, section 7.2). */
  public static final int LOOP_DETECTED = 508;

  private final int status;
  private final String message;
  private final ProxyOutcome outcome;

  ProxyError(int status, String message) {
    this.status = status;
    this.message = message;
    this.outcome = ProxyOutcome.valueOf(name());
  }

  ProxyError(int status, String message, ProxyOutcome outcome) {
    this.status = status;
    this.message = message;
    this.outcome = outcome;
  }

  /** Returns the reason for a failure of a driver that responded before. */
  static ProxyError ofDriver(Throwable failure) {
    // Spark closes its UI in the first step of SparkContext.stop(), seconds before the driver ends.
    return failure instanceof ConnectException ? ENDING : of(failure);
  }

  /** Returns the reason for a failure of Jetty's client. */
  public static ProxyError of(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return TIMED_OUT;
    }
    if (failure instanceof SSLException) {
      return TLS_UNTRUSTED;
    }
    if (failure instanceof DriverClient.WrongDriverException) {
      return WRONG_DRIVER;
    }
    if (failure instanceof TransferCodings.Unsupported) {
      return BAD_RESPONSE;
    }
    // Jetty's client rejects a request if too many wait for one destination.
    return failure instanceof RejectedExecutionException ? QUEUE_FULL : UNREACHABLE;
  }

  /** Returns the party that caused the failure. */
  Cause cause() {
    return switch (this) {
      case BAD_REQUEST, OVERLOADED -> Cause.REQUEST;
      case BAD_RESPONSE, QUEUE_FULL, TLS_UNTRUSTED -> Cause.THIS_RESPONSE;
      case UNREACHABLE, ENDING, WRONG_DRIVER, TIMED_OUT -> Cause.DRIVER;
    };
  }

  /** Returns the status of the response. */
  public int status() {
    return status;
  }

  /** Returns the outcome under which the metrics count the request. */
  ProxyOutcome outcome() {
    return outcome;
  }

  /** Returns the message for users, with a placeholder for the response time-out. */
  String message() {
    return message;
  }
}
