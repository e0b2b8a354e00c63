// SPDX-License-Identifier: Apache-2.0
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
 * Makes the REST response for an application from its last known facts, if its driver does not
 * respond or the user may not view it: the same entry as in the list.
 *
 * @param catalog has the fields of the History Server's own entries
 */
record LastKnownFacts(HistoryCatalog catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(LastKnownFacts.class);

  /** The JSON of the application or of its attempt; empty if the request is for anything else. */
  Optional<String> json(
      Route.ApplicationApi route, LiveApplication application, Exchange exchange) {
    if (route.isApplicationItself()) {
      return Optional.of(ApplicationJson.of(application, fields(exchange), Instant.now()));
    }
    return application
        .info()
        .attemptId()
        .filter(route::isAttempt)
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
