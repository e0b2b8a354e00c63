// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Monotonic clock for measuring durations: it is never set back, and need not be the correct time.
 *
 * <p>Thread-safe.
 */
public final class MonotonicClock implements InstantSource {
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }
}
