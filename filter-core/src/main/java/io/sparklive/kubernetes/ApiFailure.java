// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failed request to the API server: it did not respond, or not with the expected content. The
 * message is for the administrator of the cluster.
 */
public final class ApiFailure extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Duration retryAfter;

  /** The kind of failure, which decides what the watch does next. */
  public enum Kind {
    /** The requested resource version is too old: the pods must be listed again. */
    EXPIRED,
    /** The requested object does not exist. */
    NOT_FOUND,
    /** The API server does not accept the credentials. */
    UNAUTHORIZED,
    /** The credentials are valid, but their permissions do not suffice. */
    FORBIDDEN,
    /** The API server does not accept this request for an object that exists (400). */
    REJECTED,
    /** The response is not valid for this request, or processing it failed. */
    UNREADABLE,
    /** Any other failure; it concerns the whole API server. */
    UNAVAILABLE
  }

  /**
   * @param retryAfter the wait that the API server requests before the next request; zero for none
   */
  public ApiFailure(Kind kind, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** The wait that the API server requests before the next request; zero if it requests none. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
