// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.SparkVersion;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A busy driver of each version, without an event log. Started once for all tests, side by side; a
 * test may start jobs of its own in one and kill them.
 */
final class BusyDrivers {

  /** Added to all names that a user can choose; not on screenshots. */
  static final String HOSTILE =
      Screenshots.ENABLED ? "" : " <img src=x onerror=alert(1)><script>alert(2)</script>";

  private static final Map<SparkVersion, Integer> PORTS =
      SparkVersion.underTest().stream()
          .collect(Collectors.toMap(Function.identity(), version -> FreePorts.next()));
  private static final Map<SparkVersion, BackgroundStart<DriverProcess>> ALL =
      PORTS.entrySet().stream()
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey,
                  entry -> new BackgroundStart<>(() -> start(entry.getKey(), entry.getValue()))));

  private BusyDrivers() {}

  /** The driver of that version, once it has started. */
  static DriverProcess of(SparkVersion version) {
    return ALL.get(version).get();
  }

  /** Their addresses, in the form of the parameter {@code drivers}; does not wait for a start. */
  static String addresses() {
    return PORTS.values().stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  private static DriverProcess start(SparkVersion version, int port) {
    return DriverProcess.builder(version, "Clickstream sessions")
        .user("ada")
        .uiPort(port)
        .busy(HOSTILE)
        .start();
  }
}
