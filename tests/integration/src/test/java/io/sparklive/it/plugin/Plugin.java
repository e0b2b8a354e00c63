// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** The plugin in a real History Server, in the configuration of a platform engineer. */
final class Plugin {
  static final String FILTER = "io.sparklive.LiveHistoryFilter";
  static final String VERSIONS = "io.sparklive.testkit.SparkVersion#underTest";
  static final String ENDS = "io.sparklive.testkit.SparkVersion#ends";

  private Plugin() {}

  /** The full name of a parameter. */
  static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  /** A History Server with the plugin, which polls these addresses every 200 ms. */
  static HistoryServerProcess.Builder historyServer(
      SparkVersion version, Path eventLogs, String drivers) {
    return HistoryServerProcess.builder(version, eventLogs)
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property(parameter("drivers"), drivers)
        .property(parameter("driversRefresh"), "200ms");
  }

  /** The ids of the list, in its order. */
  static List<String> ids(WebServer server, String query) {
    return list(server, query).stream().map(entry -> entry.get("id").getAsString()).toList();
  }

  /** Waits until a list has an application once, with that status and with no other. */
  static void awaitListedOnce(WebServer server, String id, String status) {
    await().untilAsserted(() -> assertListedOnce(server, id, status));
  }

  /**
   * Asserts that the list has the application once, the list of that status too, and the other not.
   */
  static void assertListedOnce(WebServer server, String id, String status) {
    String other = status.equals("running") ? "completed" : "running";
    assertThat(ids(server, "?status=" + status)).containsOnlyOnce(id);
    assertThat(ids(server, "?status=" + other)).doesNotContain(id);
    assertThat(ids(server, "")).containsOnlyOnce(id);
  }

  /**
   * Waits until the live link of an application that has ended leads to its history. Before that,
   * it says when to try again: the list has the application as completed as soon as its driver has
   * ended, and the History Server reads the event log with its next scan only.
   */
  static void awaitRedirectToHistory(WebServer server, String id) {
    await()
        .until(
            () -> {
              HttpResponse<String> response = server.get("/sparkui/" + id + "/jobs/");
              if (response.statusCode() == 503) {
                assertThat(response.headers().firstValue("Retry-After")).contains("5");
                return false;
              }
              assertThat(response.statusCode()).isEqualTo(302);
              assertThat(response.headers().firstValue("Location"))
                  .contains("/history/" + id + "/jobs/");
              return true;
            });
  }

  /** The response at the end of all redirects. */
  static HttpResponse<String> follow(WebServer server, String path) {
    HttpResponse<String> response = server.get(path);
    for (int hops = 0; response.statusCode() == 302; hops++) {
      assertThat(hops).as("redirects of " + path).isLessThan(5);
      URI target = response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
      response = server.send(HttpRequest.newBuilder(target).build());
    }
    return response;
  }

  /** Waits until a link leads over all redirects to this path, with this status and text. */
  static void awaitLead(WebServer server, String link, int status, String path, String text) {
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> page = follow(server, link);
              assertThat(page.uri().getPath()).isEqualTo(path);
              assertThat(page.statusCode()).isEqualTo(status);
              assertThat(page.body()).contains(text);
            });
  }

  /** The entries of the list, in its order. */
  static List<JsonObject> list(WebServer server, String query) {
    String json = server.get("/api/v1/applications" + query).body();
    return StreamSupport.stream(JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
