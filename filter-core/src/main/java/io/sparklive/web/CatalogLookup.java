// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.HistoryCatalog.Freshness;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries the History Server's catalog for one request. If the catalog fails, this class logs the
 * failure, and the request continues.
 *
 * @param catalog the catalog of the History Server
 */
record CatalogLookup(HistoryCatalog catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogLookup.class);

  /** The catalog with the credentials of this caller. */
  HistoryCatalog forCaller(Exchange exchange) {
    return catalog.forCaller(exchange.request());
  }

  /**
   * The status of the application. It is empty, not {@code UNKNOWN}, if the catalog fails:
   * otherwise a driver could take the id of a complete application.
   */
  Optional<CatalogStatus> status(Route.ForApplication route, Exchange exchange) {
    try {
      // A page has some twenty files of Spark, the same for every application.
      boolean isStatic = route instanceof Route.LiveUi ui && ui.isStatic();
      HistoryCatalog callerCatalog = forCaller(exchange);
      Freshness freshness = isStatic ? Freshness.RECENT : Freshness.CURRENT;
      return Optional.of(callerCatalog.status(route.id(), freshness));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Catalog lookup failed: application {}", route.id(), e);
      return Optional.empty();
    }
  }

  /** The newest attempt with an event log; empty if there is none or the catalog fails. */
  Optional<String> newestAttempt(ApplicationId id, Exchange exchange) {
    try {
      return forCaller(exchange).newestAttempt(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Catalog lookup of attempts failed: application {}", id, e);
      return Optional.empty();
    }
  }

  /**
   * Whether the History Server has scanned its log directory since the application ended. It is
   * true unless the application has ended and its log is incomplete: only such a log may have
   * another name by now.
   */
  boolean hasScannedSinceEnd(LiveApplication application, CatalogStatus status, Exchange exchange) {
    Optional<Instant> ended = application.ended();
    if (ended.isEmpty() || status != CatalogStatus.INCOMPLETE) {
      return true;
    }
    try {
      return forCaller(exchange).hasScannedSince(ended.get());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The time of the History Server's last scan is not available", e);
      return false;
    }
  }
}
