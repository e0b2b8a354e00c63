package io.sparklive.discovery;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.LiveApplication;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the History Server's catalog for ended applications. If the history of an application is
 * complete, or {@code handoffTimeout} has passed since its end, the registry drops it.
 */
public final class HandoffPoller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HandoffPoller.class);

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final Duration handoffTimeout;
  private final InstantSource clock;
  private final Metrics metrics;
  private boolean failing;

  /**
   * @param handoffTimeout how long an ended application may wait for its complete history
   */
  public HandoffPoller(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      Duration handoffTimeout,
      InstantSource clock,
      Metrics metrics) {
    this.registry = registry;
    this.catalog = catalog;
    this.handoffTimeout = handoffTimeout;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Polls once. One thread at a time calls this repeatedly. */
  @Override
  public void run() {
    try {
      for (LiveApplication application : registry.all()) {
        application.ended().ifPresent(ended -> checkHandoff(application, ended));
      }
      failing = false;
    } catch (RuntimeException | LinkageError e) {
      if (!failing) {
        LOG.warn("The History Server's catalog cannot be asked; ended applications stay listed", e);
      }
      failing = true;
    }
  }

  private void checkHandoff(LiveApplication application, Instant ended) {
    if (catalog.status(application.id()) == CatalogStatus.COMPLETE) {
      registry.apply(new DiscoveryEvent.HandedOff(application.id(), "its history is there"));
      metrics.handoffCompleted(ended);
    } else if (ended.plus(handoffTimeout).isBefore(clock.instant())) {
      registry.apply(
          new DiscoveryEvent.HandedOff(
              application.id(), "its event log was not readable within " + handoffTimeout));
      metrics.handoffTimedOut();
    }
  }
}
