// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.security.filters.BasicAuthFilter;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ServletContainer;
import io.sparklive.testkit.WebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login in the WAR's own {@code web.xml}, in front of a History Server without a login. */
@Tag("war-only")
class WebXmlLoginIT {
  private static final String[] RIGHT = {"Authorization", BasicAuthFilter.RIGHT};

  @TempDir private static Path eventLogs;
  private static DriverProcess driver;
  private static HistoryServerProcess historyServer;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    driver = DriverProcess.builder(War.VERSION, "Guarded").start();
    historyServer = War.historyServer(eventLogs).start();
  }

  @AfterAll
  static void stop() {
    historyServer.close();
    driver.close();
  }

  @Test
  void protectsEverythingExceptProbes() throws IOException {
    ServletContainer.Builder described =
        War.before(historyServer, driver.address())
            .war(ModifiedWar.in(directory).filterBeforeOurs(BasicAuthFilter.class).file());
    try (ServletContainer war = described.start()) {
      await().untilAsserted(() -> assertThat(war.get("/readiness").statusCode()).isEqualTo(200));
      assertThat(war.get("/healthz").statusCode()).isEqualTo(200);
      for (String path : List.of("/", "/api/v1/applications", "/sparkui/", live("/jobs/"))) {
        HttpResponse<String> denial = war.get(path);
        assertThat(denial.statusCode()).as(path).isEqualTo(401);
        assertThat(denial.body()).as(path).isEqualTo(BasicAuthFilter.DENIAL);
      }
      awaitLive(war, RIGHT);
      assertThat(war.get("/", RIGHT).body()).contains("id=\"live-history\"");
    }
  }

  @Test
  void satisfiesRequireUser() throws IOException {
    ServletContainer.Builder described =
        War.before(historyServer, driver.address())
            .parameter("requireUser", "true")
            .war(ModifiedWar.in(directory).filterBeforeOurs(BasicAuthFilter.class).file());
    try (ServletContainer war = described.start()) {
      awaitLive(war, RIGHT);
    }
  }

  @Test
  void isNeededIfUserIsRequired() {
    ServletContainer.Builder described =
        War.before(historyServer, driver.address()).parameter("requireUser", "true");
    try (ServletContainer war = described.start()) {
      await()
          .untilAsserted(
              () -> assertThat(war.get("/sparkui/-/health").body()).contains("\"live\": 1"));
      assertThat(war.get(live("/jobs/"), RIGHT).statusCode()).isEqualTo(401);
      assertThat(War.ids(war, "")).isEmpty();
      assertThat(war.get("/").statusCode()).isEqualTo(200);
    }
  }

  private static void awaitLive(WebServer war, String... headers) {
    await()
        .untilAsserted(
            () -> assertThat(war.get(live("/jobs/"), headers).body()).contains("Guarded"));
  }

  private static String live(String path) {
    return "/sparkui/" + driver.applicationId() + path;
  }
}
