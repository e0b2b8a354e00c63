package io.sparklive.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a driver that was seen is still there, by what comes back from its address. One failed
 * question means nothing: it takes three in a row, or a long silence.
 *
 * <p>Not thread-safe.
 */
final class FailureDetector {
  private static final int STRIKES = 3;

  private final Duration patience;
  private int strikes;
  private Optional<Instant> silentSince = Optional.empty();

  /**
   * @param patience how long a driver may accept connections and say nothing: it is busy, or paused
   */
  FailureDetector(Duration patience) {
    this.patience = patience;
  }

  /** It has answered. */
  void areOver() {
    strikes = 0;
    silentSince = Optional.empty();
  }

  /** Nobody was there, or somebody else: whether that settles it. */
  boolean areConfirmed() {
    silentSince = Optional.empty();
    strikes = Math.min(strikes + 1, STRIKES);
    return strikes == STRIKES;
  }

  /** It said nothing: whether it has done so for too long. */
  boolean lastTooLong(Instant now) {
    strikes = 0;
    silentSince = Optional.of(silentSince.orElse(now));
    return silentSince.get().plus(patience).isBefore(now);
  }

  /** Whether there are any that another question may settle. */
  boolean areFresh() {
    return strikes > 0;
  }
}
