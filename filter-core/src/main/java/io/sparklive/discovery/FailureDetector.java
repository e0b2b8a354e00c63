package io.sparklive.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides from the results of its probes when a driver has ended: after three failures in a row, or
 * after a long time without a response. A single failed probe proves nothing.
 *
 * <p>Not thread-safe.
 */
final class FailureDetector {
  private static final int FAILURE_THRESHOLD = 3;

  private final Duration patience;
  private int failures;
  private Optional<Instant> silentSince = Optional.empty();

  /**
   * @param patience how long a driver may accept connections without a response: it is busy, or
   *     paused
   */
  FailureDetector(Duration patience) {
    this.patience = patience;
  }

  /** Records a response of the driver. */
  void reset() {
    failures = 0;
    silentSince = Optional.empty();
  }

  /**
   * Records that no program responded, or another one than the driver.
   *
   * @return whether the driver is given up
   */
  boolean recordFailure() {
    silentSince = Optional.empty();
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
    silentSince = Optional.of(silentSince.orElse(now));
    return silentSince.get().plus(patience).isBefore(now);
  }

  /** Whether the last probe failed, so that another one soon may decide. */
  boolean hasFailures() {
    return failures > 0;
  }
}
