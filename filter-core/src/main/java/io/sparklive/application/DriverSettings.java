// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The settings of a driver that affect how the filter handles its application.
 *
 * @param logsEvents whether the driver writes an event log ({@code spark.eventLog.enabled}), which
 *     the History Server can read later
 * @param accessLists the access control lists of the application
 * @param proxyBase the path that the driver puts before its links ({@code spark.ui.proxyBase}); the
 *     driver may report any text
 */
public record DriverSettings(
    boolean logsEvents, AccessLists accessLists, Optional<String> proxyBase) {
  public DriverSettings {
    requireNonNull(accessLists, "accessLists");
    requireNonNull(proxyBase, "proxyBase");
  }

  /** The settings of a driver without a path before its links. */
  public DriverSettings(boolean logsEvents, AccessLists accessLists) {
    this(logsEvents, accessLists, Optional.empty());
  }

  /** The same without access control lists, for an application that has ended. */
  DriverSettings withoutAccessLists() {
    return new DriverSettings(logsEvents, AccessLists.EMPTY, proxyBase);
  }
}
