package io.sparklive.application;

import static java.util.Objects.requireNonNull;

/**
 * What a driver's own settings say that matters here.
 *
 * @param logsEvents whether it writes an event log ({@code spark.eventLog.enabled}), from which the
 *     History Server can know it later
 * @param accessLists whom they let in
 */
public record DriverSettings(boolean logsEvents, AccessLists accessLists) {
  public DriverSettings {
    requireNonNull(accessLists, "accessLists");
  }

  /** The same once nobody is let in any more. */
  DriverSettings ended() {
    return new DriverSettings(logsEvents, AccessLists.EMPTY);
  }
}
