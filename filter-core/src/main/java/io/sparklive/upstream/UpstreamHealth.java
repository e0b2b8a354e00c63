// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of the History Server: whether the last request to it failed, and when. Each
 * change is logged once.
 *
 * <p>Thread-safe.
 */
public final class UpstreamHealth {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamHealth.class);
  private static final long BACKOFF_NANOS = Duration.ofSeconds(3).toNanos();

  private final URI server;
  private boolean isDown;
  private long lastFailureNanos;

  UpstreamHealth(URI server) {
    this.server = server;
  }

  /** Records that the History Server has responded. */
  synchronized void recordSuccess() {
    if (isDown) {
      isDown = false;
      LOG.info("History Server at {} responds again", server);
    }
  }

  /** Records that the History Server could not be reached, or did not respond. */
  synchronized void recordFailure(String reason) {
    if (!isDown) {
      LOG.warn("History Server at {} does not respond: {}", server, reason);
    }
    isDown = true;
    lastFailureNanos = System.nanoTime();
  }

  /** Whether a request failed in the last 3 seconds, so that another one would wait in vain. */
  synchronized boolean hasFailedRecently() {
    return isDown && System.nanoTime() - lastFailureNanos < BACKOFF_NANOS;
  }
}
