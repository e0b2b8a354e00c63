// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import java.time.Duration;

/**
 * How often a client-mode driver is searched for and polled.
 *
 * @param refresh how long after its reply a driver is polled again
 * @param noResponseTimeout how long a driver may accept connections without a response if it has no
 *     running executors
 * @param early how long searches without a result follow each other at the {@code retry} interval.
 *     The UI of a driver listens some seconds after its first executor starts, or cannot be reached
 *     at all
 * @param retry the time between two searches at first
 * @param laterRetry the time between two searches once {@code early} is over
 */
public record ProbeIntervals(
    Duration refresh,
    Duration noResponseTimeout,
    Duration early,
    Duration retry,
    Duration laterRetry) {
  /** Searches again after one second at first, then every ten seconds. */
  public ProbeIntervals(Duration refresh, Duration noResponseTimeout, Duration early) {
    this(refresh, noResponseTimeout, early, Duration.ofSeconds(1), Duration.ofSeconds(10));
  }
}
