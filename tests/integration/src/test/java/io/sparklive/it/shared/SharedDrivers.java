// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.shared;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A live driver of each version, without an event log. Each has one completed job of four tasks,
 * and one running job that uses both cores. Each starts when it is first needed, in parallel with
 * the others, on a port that is chosen before. A test may start jobs and kill them; it must not
 * stop a driver.
 *
 * <p>Thread-safe, except for jobs: one thread at a time may start those.
 */
public final class SharedDrivers {

  /** The description of the completed job. */
  public static final String DONE = "Done already";

  /** The description of the running job. */
  public static final String RUNNING = "Runs on";

  private final Map<SparkVersion, Integer> ports = new LinkedHashMap<>();
  private final Map<SparkVersion, BackgroundStart<DriverProcess>> drivers = new LinkedHashMap<>();

  SharedDrivers() {
    SparkVersion.all().forEach(version -> ports.put(version, FreePorts.next()));
  }

  /** Starts the driver of that version if it does not run yet, and does not wait for it. */
  public void start(SparkVersion version) {
    var unused = starting(version);
  }

  private synchronized BackgroundStart<DriverProcess> starting(SparkVersion version) {
    return drivers.computeIfAbsent(
        version, any -> new BackgroundStart<>(() -> start(version, ports.get(version))));
  }

  /**
   * The addresses of all, in the form of the parameter {@code drivers}. All start, and the caller
   * does not wait for them.
   */
  public String addresses() {
    ports.keySet().forEach(this::start);
    return ports.values().stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  /** All drivers, when each has started. */
  public List<DriverProcess> all() {
    return ports.keySet().stream().map(this::starting).toList().stream()
        .map(BackgroundStart::get)
        .toList();
  }

  /** The driver of that version, once it has started. */
  public DriverProcess of(SparkVersion version) {
    return starting(version).get();
  }

  private static DriverProcess start(SparkVersion version, int port) {
    DriverProcess driver =
        DriverProcess.builder(version, "Live on " + version).user("ada").uiPort(port).start();
    driver.runJob(DONE, 4, Duration.ofMillis(5));
    driver.startJob(RUNNING, 2, Duration.ofHours(1));
    return driver;
  }

  synchronized void close() {
    drivers.values().forEach(BackgroundStart::close);
  }
}
