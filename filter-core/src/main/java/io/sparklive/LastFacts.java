package io.sparklive;

import io.sparklive.application.LiveApplication;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.routing.Route;
import java.time.Instant;
import java.util.Optional;

/** What was last known of an application, in the form of Spark's REST API. */
final class LastFacts {
  private LastFacts() {}

  /** The JSON of the application or of its attempt; empty if the request is for anything else. */
  static Optional<String> of(Route.Rest rest, LiveApplication application) {
    if (rest.isApplicationItself()) {
      return Optional.of(ApplicationJson.of(application, Instant.now()));
    }
    return application
        .facts()
        .attemptId()
        .filter(rest::isAttempt)
        .map(attempt -> ApplicationJson.ofAttempt(application, Instant.now()));
  }
}
