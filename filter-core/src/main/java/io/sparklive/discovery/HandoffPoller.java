// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.LiveApplication;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the History Server's catalog for ended applications. If the history of an application is
 * complete and stays there, or {@code handoffTimeout} has passed since its end, the registry drops
 * it.
 *
 * <p>A driver writes the end of its application into the event log, and renames the log some
 * moments later ({@code SparkContext.stop}). If the History Server reads the whole log in between,
 * as it does without {@code spark.history.fs.inProgressOptimization.enabled}, the history is
 * complete under the old name. The next scan then removes it before it reads the log under the new
 * name ({@code FsHistoryProvider.checkForLogs}). The registry therefore keeps the application until
 * a scan has begun after the rename.
 */
public final class HandoffPoller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HandoffPoller.class);

  /** The time from the end in the log to the rename: listeners and executors stop meanwhile. */
  private static final Duration RENAME_TIME = Duration.ofSeconds(30);

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final Duration handoffTimeout;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Map<ApplicationId, Instant> completeSince = new HashMap<>();
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
      Set<ApplicationId> endedIds = new HashSet<>();
      for (LiveApplication application : registry.all()) {
        application
            .ended()
            .ifPresent(
                ended -> {
                  endedIds.add(application.id());
                  checkHandoff(application, ended);
                });
      }
      completeSince.keySet().retainAll(endedIds);
      failing = false;
    } catch (RuntimeException | LinkageError e) {
      if (!failing) {
        LOG.warn(
            "Catalog of the History Server does not respond; ended applications stay listed", e);
      }
      failing = true;
    }
  }

  private void checkHandoff(LiveApplication application, Instant ended) {
    ApplicationId id = application.id();
    Instant now = clock.instant();
    boolean isLate = ended.plus(handoffTimeout).isBefore(now);
    if (!completeSince.containsKey(id) && catalog.status(id) == CatalogStatus.COMPLETE) {
      completeSince.put(id, now);
      metrics.handoffCompleted(ended);
    }
    Instant complete = completeSince.get(id);
    if (complete != null) {
      if (isLate || isSettled(complete.plus(RENAME_TIME), now)) {
        drop(id, History.COMPLETE, "its history is complete");
      }
    } else if (isLate) {
      History history = History.ifNotComplete(application);
      drop(
          id,
          history,
          history == History.NONE
              ? "its driver wrote no event log"
              : "its event log was not readable within " + handoffTimeout);
      metrics.handoffTimedOut();
    }
  }

  /** Whether the log has its final name, and the History Server has read it under that name. */
  private boolean isSettled(Instant renamed, Instant now) {
    return now.isAfter(renamed) && catalog.hasScannedSince(renamed);
  }

  private void drop(ApplicationId id, History history, String reason) {
    registry.apply(new DiscoveryEvent.HandedOff(id, history, reason));
    completeSince.remove(id);
  }
}
