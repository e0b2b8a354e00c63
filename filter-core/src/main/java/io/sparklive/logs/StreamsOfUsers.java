// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts the open streams of each user, so that one user cannot take all of them. Users without a
 * name share the bound of all streams alone. Thread-safe.
 */
final class StreamsOfUsers {
  private final int most;
  private final Map<String, Integer> open = new HashMap<>();

  /**
   * @param most the most streams of a user at a time
   */
  StreamsOfUsers(int most) {
    this.most = most;
  }

  /** For a stream of a user, which counts until the permit is released. */
  @FunctionalInterface
  interface Permit {
    /** Has no effect the second time. */
    void release();
  }

  /** Counts another stream; empty if the user has the most already. */
  Optional<Permit> tryOpen(Optional<String> user) {
    if (user.isEmpty()) {
      return Optional.of(() -> {});
    }
    String name = user.get();
    synchronized (open) {
      if (open.getOrDefault(name, 0) >= most) {
        return Optional.empty();
      }
      open.merge(name, 1, Integer::sum);
    }
    AtomicBoolean isOpen = new AtomicBoolean(true);
    return Optional.of(
        () -> {
          if (isOpen.getAndSet(false)) {
            release(name);
          }
        });
  }

  private void release(String name) {
    synchronized (open) {
      open.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
