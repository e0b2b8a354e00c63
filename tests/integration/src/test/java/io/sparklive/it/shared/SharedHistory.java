// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.util.List;

/**
 * A History Server with the plugin, or behind the WAR, that shows a completed application and the
 * {@link SharedDrivers}. It lists these applications and no other, whichever tests ran before.
 *
 * @param version its version of Spark
 * @param server the History Server; a test must not stop it
 * @param drivers the drivers it polls every 200 ms
 * @param eventLogs its event logs: that of the completed application. A test must not add one
 * @param completed the id of the completed application, {@code Squares}, a real one of that version
 */
public record SharedHistory(
    SparkVersion version,
    HistoryServerProcess server,
    SharedDrivers drivers,
    EventLogs eventLogs,
    String completed) {

  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  /** Starts one and waits until it lists all of its applications. */
  static SharedHistory start(SparkVersion version, SharedDrivers drivers) {
    EventLogs logs = EventLogs.newDirectory("shared-" + version);
    var server = new BackgroundStart<>(() -> describe(version, logs, drivers.addresses()).start());
    try {
      String completed = logs.copyOfReal(version);
      SharedHistory history = new SharedHistory(version, server.get(), drivers, logs, completed);
      history.awaitApplications();
      return history;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** A History Server with the plugin that polls these addresses every 200 ms. */
  public static HistoryServerProcess.Builder describe(
      SparkVersion version, EventLogs logs, String addresses) {
    return HistoryServerProcess.builder(version, logs.directory())
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property("spark." + FILTER + ".param.drivers", addresses)
        .property("spark." + FILTER + ".param.driversRefresh", "200ms");
  }

  /** The driver of the same version. */
  public DriverProcess driver() {
    return drivers.of(version);
  }

  /** The ids of the applications that run, in no order. */
  public List<String> running() {
    return drivers.all().stream().map(DriverProcess::applicationId).toList();
  }

  private void awaitApplications() {
    int all = drivers.all().size() + 1;
    await()
        .untilAsserted(
            () ->
                assertThat(
                        JsonParser.parseString(server.get("/api/v1/applications").body())
                            .getAsJsonArray())
                    .hasSize(all));
  }

  @Override
  public String toString() {
    return "History Server " + version;
  }
}
