// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.util.Optional;

/** What goes wrong at the stand-in, beyond what happens to its connections. Thread-safe. */
final class Faults {
  private Optional<Refusal> refusal = Optional.empty();
  private volatile boolean endWatchesAtOnce;
  private volatile boolean bookmarks = true;
  private volatile boolean expiryAsStatus;

  /**
   * An answer instead of the right one.
   *
   * @param namespace in which alone it is given
   * @param times how often it is still given
   */
  private record Refusal(ApiError error, Optional<String> namespace, int times) {}

  synchronized void answer(ApiError error, Optional<String> namespace, int times) {
    refusal = Optional.of(new Refusal(error, namespace, times));
  }

  /** Throws where a request in this namespace is to be answered otherwise than it should. */
  synchronized void check(Optional<String> namespace) {
    if (refusal.isEmpty()) {
      return;
    }
    Refusal now = refusal.get();
    if (now.namespace().isPresent() && !now.namespace().equals(namespace)) {
      return;
    }
    refusal =
        now.times() > 1
            ? Optional.of(new Refusal(now.error(), now.namespace(), now.times() - 1))
            : Optional.empty();
    throw now.error();
  }

  synchronized void recover() {
    refusal = Optional.empty();
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
