package io.sparklive.bench;

import static org.awaitility.Awaitility.await;

import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.SparkVersion;
import java.nio.file.Path;

/** The History Servers that are compared: as Spark has it, and with the plugin as it comes. */
final class HistoryServers {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  private HistoryServers() {}

  /** Spark's own alone. */
  static HistoryServerProcess.Builder bare(SparkVersion version, Path eventLogs) {
    return HistoryServerProcess.builder(version, eventLogs);
  }

  /** With the plugin, which asks these addresses; all else is left at its defaults. */
  static HistoryServerProcess.Builder withPlugin(
      SparkVersion version, Path eventLogs, String drivers) {
    return bare(version, eventLogs)
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property(parameter("drivers"), drivers);
  }

  /** The whole name of a parameter. */
  static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  /** Waits until its list has the application. */
  static void awaitListed(HistoryServerProcess server, String applicationId) {
    await().until(() -> server.get("/api/v1/applications").body().contains(applicationId));
  }
}
