// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.WebServer;
import java.util.List;
import java.util.stream.StreamSupport;

/** A History Server with the plugin, to be set up as its tests of security need it. */
final class SecureHistory {
  static final String FILTER = "io.sparklive.LiveHistoryFilter";

  /**
   * The oldest and the newest version. Access has not been seen to differ between others: what
   * differs is the Servlet API, of which these have one each.
   */
  static final String ENDS = "io.sparklive.testkit.SparkVersion#ends";

  private SecureHistory() {}

  /** The whole name of a parameter. */
  static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  /** One that reads these event logs and asks these addresses every 200 ms. */
  static HistoryServerProcess.Builder historyServer(
      SparkVersion version, EventLogs logs, String... drivers) {
    return historyServer(version, logs)
        .property(parameter("drivers"), String.join(",", drivers))
        .property(parameter("driversRefresh"), "200ms");
  }

  /** One that reads these event logs and has not been told where drivers are. */
  static HistoryServerProcess.Builder historyServer(SparkVersion version, EventLogs logs) {
    return HistoryServerProcess.builder(version, logs.directory())
        .plugin()
        .property("spark.ui.filters", FILTER);
  }

  /** The ids it lists to a person with these headers, in its order. */
  static List<String> ids(WebServer server, String... headers) {
    return StreamSupport.stream(
            JsonParser.parseString(server.get("/api/v1/applications", headers).body())
                .getAsJsonArray()
                .spliterator(),
            false)
        .map(JsonElement::getAsJsonObject)
        .map(entry -> entry.get("id").getAsString())
        .toList();
  }
}
