// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.util.Optional;

/** Faults of the stand-in, apart from those of its connections. Thread-safe. */
final class Faults {
  private Optional<ErrorResponse> errorResponse = Optional.empty();
  private volatile boolean endWatchesAtOnce;
  private volatile boolean bookmarks = true;
  private volatile boolean expiryAsStatus;

  /**
   * An error in place of the right response.
   *
   * @param namespace the only one that it applies to; empty for all
   * @param times the number of responses that are left
   */
  private record ErrorResponse(ApiError error, Optional<String> namespace, int times) {}

  synchronized void respondWith(ApiError error, Optional<String> namespace, int times) {
    errorResponse = Optional.of(new ErrorResponse(error, namespace, times));
  }

  /** Throws the error that applies to a request in this namespace, if there is one. */
  synchronized void check(Optional<String> namespace) {
    if (errorResponse.isEmpty()) {
      return;
    }
    ErrorResponse now = errorResponse.get();
    if (now.namespace().isPresent() && !now.namespace().equals(namespace)) {
      return;
    }
    errorResponse =
        now.times() > 1
            ? Optional.of(new ErrorResponse(now.error(), now.namespace(), now.times() - 1))
            : Optional.empty();
    throw now.error();
  }

  synchronized void recover() {
    errorResponse = Optional.empty();
    endWatchesAtOnce = false;
    expiryAsStatus = false;
  }

  void endWatchesAtOnce() {
    endWatchesAtOnce = true;
  }

  boolean endsWatchesAtOnce() {
    return endWatchesAtOnce;
  }

  void bookmarks(boolean wanted) {
    bookmarks = wanted;
  }

  boolean bookmarks() {
    return bookmarks;
  }

  void expiryAsStatus(boolean wanted) {
    expiryAsStatus = wanted;
  }

  boolean expiryAsStatus() {
    return expiryAsStatus;
  }
}
