// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

/**
 * The settings of a driver that affect how the filter handles its application.
 *
 * @param logsEvents whether the driver writes an event log ({@code spark.eventLog.enabled}), which
 *     the History Server can read later
 * @param accessLists the access control lists of the application
 */
public record DriverSettings(boolean logsEvents, AccessLists accessLists) {
  public DriverSettings {
    requireNonNull(accessLists, "accessLists");
  }

  /** The same without access control lists, for an application that has ended. */
  DriverSettings withoutAccessLists() {
    return new DriverSettings(logsEvents, AccessLists.EMPTY);
  }
}
