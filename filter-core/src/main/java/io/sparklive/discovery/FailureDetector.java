// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the results of its probes when a driver has ended: after three failures in a row, or
 * after a long time without a response. A single failed probe proves nothing.
 *
 * <p>Not thread-safe.
 */
final class FailureDetector {
  private static final int FAILURE_THRESHOLD = 3;

  private final Duration noResponseTimeout;
  private int failures;
  private @Nullable Instant noResponseSince;

  /**
   * @param noResponseTimeout how long a driver may accept connections without a response, as it may
   *     be busy or paused
   */
  FailureDetector(Duration noResponseTimeout) {
    this.noResponseTimeout = noResponseTimeout;
  }

  /** Records a response of the driver. */
  void reset() {
    failures = 0;
    noResponseSince = null;
  }

  /**
   * Records that no program responded, or a program other than the driver.
   *
   * @return whether the driver is given up
   */
  boolean recordFailure() {
    noResponseSince = null;
    failures = Math.min(failures + 1, FAILURE_THRESHOLD);
    return failures == FAILURE_THRESHOLD;
  }

  /**
   * Records that the driver accepted a connection and did not respond in time.
   *
   * @return whether the driver is given up
   */
  boolean recordTimeout(Instant now) {
    failures = 0;
    if (noResponseSince == null) {
      noResponseSince = now;
    }
    return noResponseSince.plus(noResponseTimeout).isBefore(now);
  }

  /** Whether the last probe failed, so that another one soon may decide. */
  boolean hasFailures() {
    return failures > 0;
  }
}
