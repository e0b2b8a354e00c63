// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.HistoryCatalog;
import java.util.Optional;

/** Searches for drivers of incomplete applications that discovery has not found. Thread-safe. */
public interface DriverSearch {
  /**
   * Starts a search by the event log of the application, unless one is in progress or has just
   * failed.
   *
   * @param catalog has the event log
   * @return whether the driver may be found soon
   */
  boolean startSearch(ApplicationId id, HistoryCatalog catalog);

  /**
   * The reason why the last search for this application failed. It names the host in the event log:
   * only a user who may view the application may see it.
   */
  Optional<String> lastFailure(ApplicationId id);
}
