// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.RecordedRequest;
import io.sparklive.testkit.relay.RecordingRelay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A History Server and a driver, with a relay between them.
 *
 * @param host the History Server's host and port
 */
record FuzzRig(HistoryServerProcess server, RecordingRelay relay, DriverProcess driver, String host)
    implements AutoCloseable {
  /** The number of connections that the proxy may have to the driver. */
  static final int CONNECTIONS = 4;

  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  static FuzzRig start(SparkVersion version, Path eventLogs) {
    DriverProcess driver = DriverProcess.builder(version, "Raw").start();
    RecordingRelay relay = RecordingRelay.to(driver.port());
    HistoryServerProcess server =
        HistoryServerProcess.builder(version, eventLogs)
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property(parameter("drivers"), relay.address())
            // Every request at the driver is checked: so there are no polls of progress.
            .property(parameter("pollInterval"), "0s")
            .property(parameter("maxConnectionsPerDriver"), Integer.toString(CONNECTIONS))
            .start();
    FuzzRig rig = new FuzzRig(server, relay, driver, "127.0.0.1:" + server.port());
    await().untilAsserted(rig::assertLive);
    return rig;
  }

  String id() {
    return driver.applicationId();
  }

  /** Asserts that the driver's jobs page responds. */
  void assertLive() {
    assertThat(server.get("/sparkui/" + id() + "/jobs/").body()).contains("Raw - Spark Jobs");
  }

  /**
   * The forwarded requests that reached the driver since the last call, by client address, when no
   * more arrive. All others must be probes and polls of the plugin.
   */
  Map<String, List<RecordedRequest>> arrived() {
    await().until(() -> relay.idleTime().compareTo(Duration.ofMillis(300)) > 0);
    List<RecordedRequest> all = relay.takeRequests();
    assertThat(all.stream().filter(one -> !isForwarded(one)).map(RecordedRequest::toString))
        .allMatch(this::isOwnRequest);
    return all.stream()
        .filter(FuzzRig::isForwarded)
        .collect(Collectors.groupingBy(one -> String.join(" ", one.values("x-forwarded-for"))));
  }

  private static boolean isForwarded(RecordedRequest request) {
    return request.names().contains("x-forwarded-context");
  }

  private boolean isOwnRequest(String request) {
    return Set.of("", id() + "/environment").stream()
        .map(path -> "GET /api/v1/applications" + (path.isEmpty() ? "" : "/" + path) + " ")
        .anyMatch(request::startsWith);
  }

  private static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  @Override
  public void close() {
    server.close();
    relay.close();
    driver.close();
  }
}
