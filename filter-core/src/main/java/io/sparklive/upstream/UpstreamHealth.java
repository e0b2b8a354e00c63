package io.sparklive.upstream;

import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the History Server could be reached the last time. Said once when that changes.
 *
 * <p>Thread-safe.
 */
public final class UpstreamHealth {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamHealth.class);
  private static final long REST_NANOS = Duration.ofSeconds(3).toNanos();

  private final URI server;
  private boolean away;
  private long awaySince;

  UpstreamHealth(URI server) {
    this.server = server;
  }

  /** It has answered. */
  synchronized void reached() {
    if (away) {
      away = false;
      LOG.info("The History Server at {} answers again", server);
    }
  }

  /** It could not be reached, or did not answer. */
  synchronized void failed(String why) {
    if (!away) {
      LOG.warn("The History Server at {} does not answer: {}", server, why);
    }
    away = true;
    awaySince = System.nanoTime();
  }

  /** Whether that failed a moment ago, so that to wait for it again is vain. */
  synchronized boolean hasJustFailed() {
    return away && System.nanoTime() - awaySince < REST_NANOS;
  }
}
