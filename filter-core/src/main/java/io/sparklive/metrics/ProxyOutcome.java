// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import java.util.Locale;

/** Outcome of a request for a live UI or live REST. */
public enum ProxyOutcome {
  /** The driver responded with 200 to 299. */
  OK("2xx"),
  /** The driver responded with 300 to 399. */
  REDIRECTED("3xx"),
  /** The driver responded with 400 to 499. */
  CLIENT_ERROR("4xx"),
  /** The driver responded with 500 to 599. */
  SERVER_ERROR("5xx"),
  /** The filter served a static file from its cache. */
  CACHED,
  /** The driver aborted its response. */
  DRIVER_ABORTED,
  /** The browser closed the connection before the end of the response. */
  CLIENT_ABORTED,
  /** The body of the request was aborted, or is not valid HTTP. */
  BAD_REQUEST,
  /** The driver could not be reached, or closed the connection before its response. */
  UNREACHABLE,
  /** Another driver or program responds at the address of the driver. */
  WRONG_DRIVER,
  /** The driver's certificate is not trusted. */
  TLS_UNTRUSTED,
  /** Too many requests wait for the driver. */
  QUEUE_FULL,
  /** Too many requests are being forwarded at the same time. */
  OVERLOADED,
  /** The driver did not respond in time. */
  TIMED_OUT,
  /** The caller does not have the permission. */
  DENIED,
  /** Any other outcome: a status outside of HTTP, or a failure of the filter. */
  OTHER;

  private final String label;

  ProxyOutcome() {
    this.label = name().toLowerCase(Locale.ROOT);
  }

  ProxyOutcome(String label) {
    this.label = label;
  }

  /** The outcome of a driver's response with this status. */
  public static ProxyOutcome ofStatus(int status) {
    return switch (status / 100) {
      case 2 -> OK;
      case 3 -> REDIRECTED;
      case 4 -> CLIENT_ERROR;
      case 5 -> SERVER_ERROR;
      default -> OTHER;
    };
  }

  String label() {
    return label;
  }
}
