package io.sparklive.discovery.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The API server did not answer, or not with what was asked for. The message is for people who run
 * a cluster.
 */
final class ApiFailure extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Duration retryAfter;

  /** What kind of failure it is. */
  enum Kind {
    /** The version that was asked for is too old: what is there must be listed again. */
    EXPIRED,
    /** What was asked for is not there. */
    NOT_FOUND,
    /** The credentials are not accepted. */
    UNAUTHORIZED,
    /** The credentials are, but they do not reach this far. */
    FORBIDDEN,
    /** What came is nothing that an API server says, or we could not take it in. */
    UNREADABLE,
    /** Anything else that concerns the whole API server. */
    UNAVAILABLE
  }

  /**
   * @param retryAfter how long the API server asked to be left alone
   */
  ApiFailure(Kind kind, String message, Optional<Duration> retryAfter, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter.orElse(Duration.ZERO);
  }

  Kind kind() {
    return kind;
  }

  /** How long the API server asked to be left alone; zero where it did not. */
  Duration retryAfter() {
    return retryAfter;
  }
}
