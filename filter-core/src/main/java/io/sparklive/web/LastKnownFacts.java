package io.sparklive.web;

import io.sparklive.application.LiveApplication;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.routing.Route;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.HistoryCatalog;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the REST response for an application whose driver does not respond, or may not be reached:
 * the same entry as in the list.
 *
 * @param catalog has the fields of the History Server's own entries
 */
record LastKnownFacts(HistoryCatalog catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(LastKnownFacts.class);

  /** The JSON of the application or of its attempt; empty if the request is for anything else. */
  Optional<String> of(Route.ApplicationApi rest, LiveApplication application, Exchange exchange) {
    if (rest.isApplicationItself()) {
      return Optional.of(ApplicationJson.of(application, fields(exchange), Instant.now()));
    }
    return application
        .facts()
        .attemptId()
        .filter(rest::isAttempt)
        .map(attempt -> ApplicationJson.ofAttempt(application, fields(exchange), Instant.now()));
  }

  private EntryFields fields(Exchange exchange) {
    try {
      return catalog.forCaller(exchange.request()).entryFields().orElse(EntryFields.NONE);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Entries lack fields that only this Spark version has: the catalog failed", e);
      return EntryFields.NONE;
    }
  }
}
