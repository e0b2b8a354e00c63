// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The applications whose drivers did not respond within the last ten seconds. If such an
 * application has an event log, users and REST clients get the content of the log without waiting
 * for the driver.
 *
 * <p>Thread-safe.
 */
final class UnresponsiveDrivers {
  private static final int MAX_APPLICATIONS = 1000;
  // After that, one request waits for the driver again.
  private static final Duration LIFE = Duration.ofSeconds(10);

  private final ExpiringCache<ApplicationId, Boolean> recent;

  UnresponsiveDrivers(InstantSource clock) {
    this.recent = new ExpiringCache<>(MAX_APPLICATIONS, LIFE, clock);
  }

  void add(ApplicationId id) {
    recent.put(id, true);
  }

  boolean contain(ApplicationId id) {
    return recent.get(id).isPresent();
  }
}
