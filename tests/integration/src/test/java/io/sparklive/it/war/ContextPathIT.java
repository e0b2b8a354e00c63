// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.ServletContainer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The WAR deployed at a path: every link and redirect stays below it. */
@Tag("smoke-war")
@Tag("war-only")
class ContextPathIT {
  private static final String AT = "/spark";
  private static final Pattern LINK = Pattern.compile("(?:href|src|action)=['\"](/[^'\"]*)['\"]");

  private static DriverProcess driver;
  private static HistoryServerProcess historyServer;
  private static ServletContainer war;
  private static String completed;

  @BeforeAll
  static void start() {
    EventLogs logs = EventLogs.newDirectory("context-path");
    completed = logs.copyOfReal(War.VERSION);
    driver = DriverProcess.builder(War.VERSION, "Below a path").start();
    driver.startJob("Long job", 1, Duration.ofHours(1));
    historyServer = War.historyServer(logs.directory()).start();
    war = War.before(historyServer, driver.address()).contextPath(AT).start();
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(War.ids(war, "")).containsExactly(completed, driver.applicationId()));
  }

  @AfterAll
  static void stop() {
    war.close();
    historyServer.close();
    driver.close();
  }

  @Test
  void appliesToHomePageAndItsFiles() {
    for (String path : List.of("/", "/?showIncomplete=true", "/home", "/any/path")) {
      HttpResponse<String> page = war.get(path);
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(links(page)).isNotEmpty().allMatch(link -> link.startsWith(AT + "/"));
      assertThat(page.body()).contains("id=\"live-history\"", "setUIRoot('" + AT + "')");
      for (String link : links(page)) {
        if (link.endsWith(".js") || link.endsWith(".css")) {
          assertThat(get(link).statusCode()).as(link).isEqualTo(200);
        }
      }
    }
    assertThat(war.get("/static/webui.css").body())
        .isEqualTo(historyServer.get("/static/webui.css").body());
  }

  /** Tomcat forwards it to the WAR, which has a servlet for every path. */
  @Test
  void resolvesToHomePageWithoutTrailingSlash() {
    HttpResponse<String> response = war.get("");

    if (response.statusCode() == 200) {
      assertThat(response.body()).contains("setUIRoot('" + AT + "')");
      assertThat(links(response)).isNotEmpty().allMatch(link -> link.startsWith(AT + "/"));
    } else {
      assertThat(response.statusCode()).isIn(301, 302);
      assertThat(URI.create(War.location(response)).getPath()).isEqualTo(AT + "/");
    }
  }

  @Test
  void appliesToLiveUiAndItsFiles() {
    String root = "/sparkui/" + driver.applicationId();
    HttpResponse<String> page = war.get(root + "/jobs/");

    assertThat(page.body()).contains("Long job");
    assertThat(links(page))
        .isNotEmpty()
        .allMatch(link -> link.startsWith(AT + root + "/") || link.startsWith(AT + "/sparkui/-/"));
    assertThat(war.get(root + "/static/webui.css").body())
        .isEqualTo(driver.get("/static/webui.css").body());
    assertThat(war.get("/api/v1/applications/" + driver.applicationId() + "/jobs").body())
        .isEqualTo(driver.get("/api/v1/applications/" + driver.applicationId() + "/jobs").body());
  }

  @Test
  void appliesToOverview() {
    JsonArray running =
        JsonParser.parseString(war.get("/sparkui/-/applications").body())
            .getAsJsonObject()
            .getAsJsonArray("applications");

    assertThat(running.get(0).getAsJsonObject().get("link").getAsString())
        .isEqualTo(AT + "/sparkui/" + driver.applicationId() + "/");
    assertThat(links(war.get("/sparkui/")))
        .isNotEmpty()
        .allMatch(link -> link.startsWith(AT + "/"));
  }

  @Test
  void appliesToOwnRedirects() {
    String id = driver.applicationId();
    assertLeads("/history/" + id + "/jobs/", "/sparkui/" + id + "/jobs/");
    assertLeads("/sparkui/" + completed + "/jobs/?a=b", "/history/" + completed + "/jobs/?a=b");
  }

  @Test
  void appliesToDriverRedirects() {
    String root = "/sparkui/" + driver.applicationId();
    assertLeads(root + "/", root + "/jobs/");

    KillButton running = KillButton.on(driver.get("/stages/").body()).get(0);
    KillButton unknown = new KillButton(root + "/stages/stage/kill/", 99, running.token());
    HttpResponse<String> killed = war.send(unknown.post(war.uri()).build());
    assertThat(War.location(killed)).isEqualTo(AT + root + "/stages/");
  }

  @Test
  void appliesToHistoryServerRedirectsAndPages() {
    String history = "/history/" + completed;
    HttpResponse<String> first = war.get(history);
    // First the loader redirects to the same address, then Jetty to that with a slash.
    assertThat(first.statusCode()).isIn(301, 302);
    assertThat(historyServer.get(history).statusCode()).isIn(301, 302);
    assertThat(URI.create(War.location(first)).getPath())
        .isIn(AT + history, AT + history + "/", AT + history + "/jobs/");

    // The first request for a history loads it, and is redirected to the same address.
    await().untilAsserted(() -> assertThat(war.get(history + "/jobs/").body()).contains("Squares"));
    assertThat(links(war.get(history + "/jobs/")))
        .isNotEmpty()
        .allMatch(link -> link.startsWith(AT + "/"));
  }

  @Test
  void exposesNothingAtOtherPaths() {
    for (String path : List.of("/sparkui/-/applications", "/healthz", "/api/v1/applications")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  private static void assertLeads(String from, String to) {
    HttpResponse<String> response = war.get(from);
    assertThat(response.statusCode()).as(from).isEqualTo(302);
    assertThat(War.location(response)).as(from).isEqualTo(AT + to);
  }

  /** A path of the whole server. */
  private static HttpResponse<String> get(String path) {
    return war.send(HttpRequest.newBuilder(war.uri().resolve(path)).build());
  }

  private static List<String> links(HttpResponse<String> page) {
    return LINK.matcher(page.body()).results().map((MatchResult link) -> link.group(1)).toList();
  }
}
