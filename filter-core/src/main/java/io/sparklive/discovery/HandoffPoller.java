package io.sparklive.discovery;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Sighting;
import io.sparklive.history.CatalogStatus;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees ended applications arrive in the History Server's catalog, so that they need not be
 * remembered here any longer, and gives up those that never arrive.
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
   * @param handoffTimeout how long an ended application waits for the catalog
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

  /** Looks once. To be run again and again, by one thread at a time. */
  @Override
  public void run() {
    try {
      for (LiveApplication application : registry.all()) {
        application.ended().ifPresent(ended -> look(application, ended));
      }
      failing = false;
    } catch (RuntimeException | LinkageError e) {
      if (!failing) {
        LOG.warn("The History Server's catalog cannot be asked; ended applications stay listed", e);
      }
      failing = true;
    }
  }

  private void look(LiveApplication application, Instant ended) {
    if (catalog.status(application.id()) == CatalogStatus.COMPLETE) {
      registry.apply(new Sighting.Settled(application.id(), "its history is there"));
      metrics.handedOver(ended);
    } else if (ended.plus(handoffTimeout).isBefore(clock.instant())) {
      registry.apply(
          new Sighting.Settled(
              application.id(), "its event log was not readable within " + handoffTimeout));
      metrics.gaveUp();
    }
  }
}
