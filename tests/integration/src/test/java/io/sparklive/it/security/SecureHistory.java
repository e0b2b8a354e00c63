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

/** A History Server with the plugin, in the configuration of the security tests. */
final class SecureHistory {
  static final String FILTER = "io.sparklive.LiveHistoryFilter";

  /**
   * The oldest and the newest version. No difference in access control between the others is known;
   * the servlet API differs, and each of these has its own.
   */
  static final String ENDS = "io.sparklive.testkit.SparkVersion#ends";

  private SecureHistory() {}

  /** The full name of a parameter. */
  static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  /** A History Server that reads these event logs and polls these addresses every 200 ms. */
  static HistoryServerProcess.Builder historyServer(
      SparkVersion version, EventLogs logs, String... drivers) {
    return historyServer(version, logs)
        .property(parameter("drivers"), String.join(",", drivers))
        .property(parameter("driversRefresh"), "200ms");
  }

  /** A History Server that reads these event logs, without addresses of drivers. */
  static HistoryServerProcess.Builder historyServer(SparkVersion version, EventLogs logs) {
    return HistoryServerProcess.builder(version, logs.directory())
        .plugin()
        .property("spark.ui.filters", FILTER);
  }

  /** The ids in the list for a user with these headers, in its order. */
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
