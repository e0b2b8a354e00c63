package io.sparklive.metrics;

import java.util.Locale;

/** How a request for a live UI, or for live REST, came out. */
public enum ProxyOutcome {
  /** The driver answered 200 to 299. */
  OK("2xx"),
  /** The driver answered 300 to 399. */
  REDIRECTED("3xx"),
  /** The driver answered 400 to 499. */
  CLIENT_ERROR("4xx"),
  /** The driver answered 500 to 599. */
  SERVER_ERROR("5xx"),
  /** A static file that the driver had sent before. */
  FROM_MEMORY,
  /** The driver's answer broke off in its middle. */
  BROKEN_OFF,
  /** Nobody was there any more to take the driver's answer. */
  BROWSER_GONE,
  /** What the browser sent along broke off, or is not as HTTP has it. */
  NOT_UNDERSTOOD,
  /** The driver could not be reached, or broke off before its answer. */
  UNREACHABLE,
  /** Something else answers where the driver was. */
  ANOTHER_DRIVER,
  /** The driver's certificate is not trusted. */
  UNTRUSTED,
  /** Too many requests wait for the driver. */
  BUSY,
  /** Too many requests are passed on at the same time. */
  TOO_MANY,
  /** The driver did not answer in time. */
  TIMED_OUT,
  /** The caller may not have it. */
  REFUSED,
  /** None of these: no status that HTTP knows, or a failure of ours. */
  OTHER;

  private final String label;

  ProxyOutcome() {
    this.label = name().toLowerCase(Locale.ROOT);
  }

  ProxyOutcome(String label) {
    this.label = label;
  }

  /** That of an answer of a driver, by its status. */
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
