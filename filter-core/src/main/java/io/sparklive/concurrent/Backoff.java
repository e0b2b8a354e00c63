// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential back-off: each delay after a failed attempt is twice as long as the one before, up to
 * a maximum.
 *
 * <p>Immutable, thread-safe.
 */
public final class Backoff {
  private static final int PER_MILLE = 1000;

  private final Duration first;
  private final Duration longest;
  private final int jitter;
  private final Duration min;
  private final Duration max;

  private Backoff(Duration first, Duration longest, int jitter, Duration min, Duration max) {
    this.first = first;
    this.longest = longest;
    this.jitter = jitter;
    this.min = min;
    this.max = max;
  }

  /**
   * Delays without jitter.
   *
   * @param first the delay after the first failure
   * @param longest the longest delay, not shorter than the first one
   */
  public static Backoff exponential(Duration first, Duration longest) {
    if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("no back-off from " + first + " to " + longest);
    }
    return new Backoff(first, longest, 0, first, longest);
  }

  /**
   * The same delays with a random part, so that many clients of one server do not retry at the same
   * moment. No delay leaves the bounds: those of {@link #within}, or the first and the longest
   * delay.
   *
   * @param rate how much a delay may differ, as a part of it: 0.25 makes 750 ms to 1250 ms of 1 s
   */
  public Backoff withJitter(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("no jitter: " + rate);
    }
    return new Backoff(first, longest, (int) Math.round(rate * PER_MILLE), min, max);
  }

  /** The same delays within these bounds, which apply after the jitter. */
  public Backoff within(Duration shortest, Duration atMost) {
    if (shortest.compareTo(atMost) > 0) {
      throw new IllegalArgumentException("no bounds: " + shortest + " to " + atMost);
    }
    return new Backoff(first, longest, jitter, shortest, atMost);
  }

  /**
   * How long to wait after a failure.
   *
   * @param previousFailures the failures before this one since the last success, 0 or more
   */
  public Duration delay(int previousFailures) {
    Duration delay = first;
    for (int i = 0; i < previousFailures && delay.compareTo(longest) < 0; i++) {
      delay = doubled(delay);
    }
    return jittered(delay);
  }

  /**
   * The delay that follows another one, for a caller whose delays have more than one reason.
   *
   * @param previous any delay
   */
  public Duration delayAfter(Duration previous) {
    return jittered(doubled(previous));
  }

  private Duration doubled(Duration delay) {
    Duration doubled = delay.multipliedBy(2);
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }

  private Duration jittered(Duration delay) {
    Duration jittered =
        jitter == 0
            ? delay
            : delay
                .multipliedBy(PER_MILLE - jitter + ThreadLocalRandom.current().nextInt(2 * jitter))
                .dividedBy(PER_MILLE);
    if (jittered.compareTo(min) < 0) {
      return min;
    }
    return jittered.compareTo(max) > 0 ? max : jittered;
  }
}
