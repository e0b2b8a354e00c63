// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.security.filters.BasicAuthFilter;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ServletContainer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A History Server that ends behind a running WAR, and is started again. */
@Tag("war-only")
class HistoryServerDownIT {
  private static final String[] NOTHING = {};

  private static DriverProcess driver;

  @TempDir private Path eventLogs;

  @BeforeAll
  static void start() {
    driver = DriverProcess.builder(War.VERSION, "Long job").start();
  }

  @AfterAll
  static void stop() {
    driver.close();
  }

  @Test
  void keepsLiveUisAvailableAndRecovers() {
    String completed = new EventLogs(eventLogs).copyOfReal(War.VERSION);
    HistoryServerProcess historyServer = War.historyServer(eventLogs).start();
    int port = historyServer.port();
    try (historyServer;
        ServletContainer war = War.before(historyServer, driver.address()).start()) {
      awaitAll(war, completed);

      historyServer.close();

      for (String path :
          List.of(
              "/", "/history/" + completed + "/jobs/", "/api/v1/applications", "/static/x.js")) {
        assertReportsHistoryServerDown(war.get(path));
      }
      assertThat(war.log())
          .containsOnlyOnce(
              "History Server at http://127.0.0.1:%d does not respond".formatted(port));
      await().during(Duration.ofSeconds(3)).untilAsserted(() -> assertLive(war));
      assertThat(war.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(war.get("/readiness").statusCode()).isEqualTo(200);

      try (HistoryServerProcess again = War.historyServer(eventLogs).port(port).start()) {
        awaitAll(war, completed);
        assertThat(war.get("/static/webui.css").body())
            .isEqualTo(again.get("/static/webui.css").body());
        assertLive(war);
      }
    }
  }

  @Test
  void keepsAdmittedCallersAndRejectsOthers() {
    String[] right = {"Authorization", BasicAuthFilter.RIGHT};
    HistoryServerProcess historyServer =
        War.historyServer(eventLogs)
            .classPath(FilterJar.of(War.VERSION, BasicAuthFilter.class))
            .property("spark.ui.filters", BasicAuthFilter.class.getName())
            .start();
    try (historyServer;
        ServletContainer war = War.before(historyServer, driver.address()).start()) {
      String page = "/sparkui/" + driver.applicationId() + "/jobs/";
      await().untilAsserted(() -> assertThat(war.get(page, right).statusCode()).isEqualTo(200));
      HttpResponse<String> denial = war.get(page);
      assertThat(denial.statusCode()).isEqualTo(401);
      assertThat(denial.headers().firstValue("WWW-Authenticate"))
          .contains(BasicAuthFilter.CHALLENGE);

      historyServer.close();

      assertThat(war.get(page, right).body()).contains("Long job");
      for (String[] wrong : List.of(new String[] {"Authorization", "Basic c2FtOng="}, NOTHING)) {
        HttpResponse<String> response = war.get(page, wrong);
        assertThat(response.statusCode()).isIn(401, 502, 503);
        assertThat(response.body()).doesNotContain("Long job");
      }
    }
  }

  private static void assertReportsHistoryServerDown(HttpResponse<String> response) {
    assertThat(response.statusCode()).as("%s", response).isIn(502, 503);
    assertThat(response.body())
        .contains("The History Server does not respond")
        .doesNotContain("Exception", "\tat ");
  }

  private static void assertLive(ServletContainer war) {
    String id = driver.applicationId();
    assertThat(war.get("/sparkui/" + id + "/jobs/").body()).contains("Long job");
    assertThat(war.get("/sparkui/" + id + "/static/webui.css").statusCode()).isEqualTo(200);
    assertThat(war.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(200);
    assertThat(war.get("/sparkui/").statusCode()).isEqualTo(200);
    assertThat(war.get("/sparkui/-/applications").body()).contains(id);
  }

  private static void awaitAll(ServletContainer war, String completed) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(War.ids(war, "")).containsExactly(completed, driver.applicationId()));
    assertThat(war.get("/").body()).contains("id=\"history-summary\"", "id=\"live-history\"");
    assertLive(war);
  }
}
