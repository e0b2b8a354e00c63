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
 * Reads the History Server's catalog for one request. A catalog that fails is logged, and fails no
 * request.
 *
 * @param catalog the History Server's catalog
 */
record CatalogLookup(HistoryCatalog catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogLookup.class);

  /** The catalog as the sender of this request may read it. */
  HistoryCatalog catalogFor(Exchange exchange) {
    return catalog.forCaller(exchange.request());
  }

  /**
   * What the catalog has of the application; empty if the catalog fails: no driver may take a
   * complete application's id by that.
   */
  Optional<CatalogStatus> statusFor(Route.ForApplication route, Exchange exchange) {
    try {
      // A page has some twenty of Spark's own files, which are the same everywhere.
      boolean isStatic = route instanceof Route.LiveUi ui && ui.isStatic();
      HistoryCatalog own = catalogFor(exchange);
      Freshness freshness = isStatic ? Freshness.RECENT : Freshness.CURRENT;
      return Optional.of(own.status(route.id(), freshness));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say what it knows of {}", route.id(), e);
      return Optional.empty();
    }
  }

  /** The newest attempt that has an event log; empty if there is none or the catalog fails. */
  Optional<String> newestAttempt(ApplicationId id, Exchange exchange) {
    try {
      return catalogFor(exchange).newestAttempt(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say which attempts {} has", id, e);
      return Optional.empty();
    }
  }

  /**
   * Whether the History Server has scanned its log directory since the application ended. It
   * matters only for an application that has ended, as its log may have another name by now.
   */
  boolean isScanned(
      Optional<LiveApplication> application, CatalogStatus status, Exchange exchange) {
    Optional<Instant> ended = application.flatMap(LiveApplication::ended);
    if (ended.isEmpty() || status != CatalogStatus.INCOMPLETE) {
      return true;
    }
    try {
      return catalogFor(exchange).hasScannedSince(ended.get());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The time of the History Server's last scan is not available", e);
      return false;
    }
  }
}
