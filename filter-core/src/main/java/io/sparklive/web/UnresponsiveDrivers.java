package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The applications whose drivers did not respond a moment ago. As long as an application is in here
 * and has an event log, users and REST clients get the log's content without waiting for the
 * driver.
 *
 * <p>Thread-safe.
 */
final class UnresponsiveDrivers {
  private static final int MOST = 1000;
  // After that one request waits for the driver again.
  private static final Duration LIFE = Duration.ofSeconds(10);

  private final ExpiringCache<ApplicationId, Boolean> recent;

  UnresponsiveDrivers(InstantSource clock) {
    this.recent = new ExpiringCache<>(MOST, LIFE, clock);
  }

  void add(ApplicationId id) {
    recent.put(id, true);
  }

  boolean contain(ApplicationId id) {
    return recent.get(id).isPresent();
  }
}
