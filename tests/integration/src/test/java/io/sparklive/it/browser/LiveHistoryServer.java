// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;

/** A History Server with the plugin and almost no event logs. */
final class LiveHistoryServer {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  private LiveHistoryServer() {}

  /**
   * A History Server with only the event logs of {@link TwoAttempts}, which polls drivers every 200
   * ms.
   *
   * @param drivers their addresses, in the form of that parameter
   * @param responseTimeout the time-out for a page of a driver
   */
  static HistoryServerProcess start(SparkVersion version, String drivers, String responseTimeout) {
    EventLogs logs = EventLogs.newDirectory("browser-" + version);
    TwoAttempts.writeTo(logs);
    HistoryServerProcess server = builder(logs, version, drivers, responseTimeout).start();
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/api/v1/applications").body())
                    .contains(TwoAttempts.COMPLETED, TwoAttempts.INCOMPLETE));
    return server;
  }

  /** The same with these event logs, not started yet. */
  static HistoryServerProcess.Builder builder(
      EventLogs logs, SparkVersion version, String drivers, String responseTimeout) {
    return HistoryServerProcess.builder(version, logs.directory())
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property("spark." + FILTER + ".param.drivers", drivers)
        .property("spark." + FILTER + ".param.driversRefresh", "200ms")
        .property("spark." + FILTER + ".param.responseTimeout", responseTimeout);
  }

  /** Waits until it lists so many applications beside those of {@link TwoAttempts}. */
  static void awaitApplications(HistoryServerProcess server, String query, int count) {
    await()
        // The drivers may be starting: on a busy machine that takes more than a minute.
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () ->
                assertThat(
                        JsonParser.parseString(server.get("/api/v1/applications" + query).body())
                            .getAsJsonArray())
                    .filteredOn(entry -> !TwoAttempts.has(id(entry)))
                    .hasSize(count));
  }

  private static String id(JsonElement entry) {
    return entry.getAsJsonObject().get("id").getAsString();
  }
}
