// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Spreads the polls of many drivers evenly over an interval: each driver is due at a time of its
 * own within the interval, which depends only on the id of its application.
 *
 * @param interval the time between two polls of one driver
 */
record PollSlots(Duration interval) {
  PollSlots {
    if (interval.toMillis() <= 0) {
      throw new IllegalArgumentException("not an interval: " + interval);
    }
  }

  /** Whether the time at which the application is due has passed since the other time. */
  boolean isDue(ApplicationId id, Instant since, Instant now) {
    long offset = offset(id);
    return number(offset, since) != number(offset, now);
  }

  private long number(long offset, Instant at) {
    return Math.floorDiv(at.toEpochMilli() - offset, interval.toMillis());
  }

  /** Random numbers with the id as their seed: the hash codes of similar ids are similar. */
  private long offset(ApplicationId id) {
    return new SplittableRandom(id.hashCode()).nextLong(interval.toMillis());
  }
}
