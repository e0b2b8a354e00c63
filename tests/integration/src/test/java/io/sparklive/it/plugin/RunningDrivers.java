package io.sparklive.it.plugin;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A live driver of each version, none with an event log, each with one job done and one that goes
 * on. Started once for all tests, in which they must stay as they are.
 */
final class RunningDrivers {
  static final List<DriverProcess> ALL =
      SparkVersion.underTest().stream().map(RunningDrivers::start).toList();

  private RunningDrivers() {}

  /** Their addresses, as the parameter {@code drivers} takes them. */
  static String addresses() {
    return ALL.stream().map(DriverProcess::address).collect(Collectors.joining(","));
  }

  private static DriverProcess start(SparkVersion version) {
    DriverProcess driver = DriverProcess.builder(version, "Live on " + version).user("ada").start();
    driver.runJob("Done already", 2, Duration.ofMillis(5));
    driver.startJob("Goes on", 2, Duration.ofHours(1));
    return driver;
  }
}
