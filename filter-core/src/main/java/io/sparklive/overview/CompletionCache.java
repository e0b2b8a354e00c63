// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.HistoryCatalog;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches for one second whether an application is complete. A complete application does not run,
 * whatever its driver reports. The cache limits requests to the catalog, whatever the number of
 * users.
 *
 * <p>Thread-safe.
 */
final class CompletionCache {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionCache.class);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(1);

  private volatile Entries entries = new Entries(Instant.EPOCH, Map.of());

  private record Entries(Instant since, Map<ApplicationId, Boolean> complete) {}

  /**
   * Returns whether the application is complete, from the cache or the catalog. If the catalog
   * fails, the application counts as complete, as the list does not show it either.
   */
  boolean get(ApplicationId id, HistoryCatalog catalog, Instant now) {
    if (!now.isBefore(entries.since().plus(TIME_TO_LIVE))) {
      entries = new Entries(now, new ConcurrentHashMap<>());
    }
    return entries.complete().computeIfAbsent(id, same -> fetch(same, catalog));
  }

  private static boolean fetch(ApplicationId id, HistoryCatalog catalog) {
    try {
      return catalog.isComplete(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Catalog does not respond; HandoffPoller reports it as a warning", e);
      return true;
    }
  }
}
