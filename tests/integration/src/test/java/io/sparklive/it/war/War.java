// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.sparklive.testkit.ContainerKind;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ServletContainer;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.WebServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** The WAR in the configuration of a platform engineer, in the container that the build chooses. */
final class War {
  static final SparkVersion VERSION = SparkVersion.newest();

  /** A URL without a server. */
  static final String NOWHERE = "http://127.0.0.1:1";

  private War() {}

  /** In front of that History Server; it polls these addresses every 200 ms. */
  static ServletContainer.Builder before(WebServer historyServer, String drivers) {
    return before(historyServer.uri().toString())
        .parameter("drivers", drivers)
        .parameter("driversRefresh", "200ms");
  }

  /** In front of the server at that URL. */
  static ServletContainer.Builder before(String historyUrl) {
    return inContainer().parameter("historyUrl", historyUrl);
  }

  /** Without any parameter. */
  static ServletContainer.Builder inContainer() {
    return ServletContainer.builder(ContainerKind.inFront().orElseThrow());
  }

  /** A History Server without the filter. */
  static HistoryServerProcess.Builder historyServer(Path eventLogs) {
    return HistoryServerProcess.builder(VERSION, eventLogs);
  }

  /** The ids of the list, in its order. */
  static List<String> ids(WebServer server, String query) {
    String json = server.get("/api/v1/applications" + query).body();
    return StreamSupport.stream(JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(entry -> entry.get("id").getAsString())
        .toList();
  }

  /** The target of a redirect. */
  static String location(HttpResponse<String> response) {
    return response.headers().firstValue("Location").orElse("none");
  }
}
