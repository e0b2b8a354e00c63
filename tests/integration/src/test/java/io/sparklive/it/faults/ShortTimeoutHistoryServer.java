// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.WebServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Builds History Servers with the plugin and short time-outs. */
final class ShortTimeoutHistoryServer {
  /**
   * No difference between versions is known here but that of the servlet API. The tests of the
   * event log and of the end run with both.
   */
  static final String ENDS = "io.sparklive.testkit.SparkVersion#ends";

  /** The time-out for the start of a response, and between two parts of it. */
  static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(2);

  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  /** These processes live for a minute and spend most of it with their start. */
  private ShortTimeoutHistoryServer() {}

  /** A History Server that polls these addresses every 200 ms. */
  static HistoryServerProcess.Builder historyServer(
      SparkVersion version, Path eventLogs, String drivers) {
    return historyServer(version, eventLogs)
        .property(parameter("drivers"), drivers)
        .property(parameter("driversRefresh"), "200ms");
  }

  /** A History Server without drivers. */
  static HistoryServerProcess.Builder historyServer(SparkVersion version, Path eventLogs) {
    return HistoryServerProcess.builder(version, eventLogs)
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property(parameter("connectTimeout"), "500ms")
        .property(parameter("responseTimeout"), RESPONSE_TIMEOUT.toMillis() + "ms");
  }

  /** The full name of a parameter. */
  static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  /** The state of the application in the unfiltered list. */
  static ListedState stateOf(WebServer server, String id) {
    List<ListedState> places =
        ListSample.entriesOf(server.get("/api/v1/applications").body()).stream()
            .filter(entry -> entry.id().equals(id))
            .map(ListSample.Entry::state)
            .toList();
    assertThat(places).as(id).hasSizeLessThan(2);
    return places.isEmpty() ? ListedState.ABSENT : places.get(0);
  }

  /** Waits until the application has that state in the list. */
  static void awaitState(WebServer server, String id, ListedState state) {
    await().untilAsserted(() -> assertThat(stateOf(server, id)).isEqualTo(state));
  }

  /**
   * Waits until the list has the application as running, and the filter has discovered its driver.
   * The entry in the list may be the History Server's own, which disappears for a moment at the
   * end.
   */
  static void awaitLive(WebServer server, String id) {
    awaitState(server, id, ListedState.RUNNING);
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200));
  }
}
