// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.LoggedLines;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests that {@code requireUser} and {@code killEnabled} deny. */
@ParameterizedClass
@NewestContainer
class RequireUserFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String REST = "/api/v1/applications/" + ID;
  private static final String OURS = "io.sparklive.LiveHistoryFilter";
  private static final String NO_USER = "Live content requires a user";

  @Parameter private Container container;

  @ParameterizedTest(name = "requireUser={0} acls={1} before it={2}: {3}, {4}")
  @CsvSource({
    "auto,  false, ,                200,     200",
    "auto,  false, org.acme.Login,  401,     200",
    "auto,  true,  ,                401,     403",
    "auto,  true,  org.acme.Login,  401,     403",
    "auto,  false, org.apache.spark.ui.JWSFilter, 200, 200",
    "auto,  true,  org.apache.spark.ui.JWSFilter, 401, 403",
    "true,  false, org.apache.spark.ui.JWSFilter, 401, 200",
    "false, false, org.acme.Login,  200,     200",
    "false, true,  ,                401,     403",
    "true,  false, ,                401,     200",
    "true,  true,  ,                401,     403"
  })
  void deniesUnauthenticatedUsersIfUserIsRequired(
      String requireUser, boolean controlled, String before, int unauthenticated, int user)
      throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan();
    plan.filters(before == null ? new String[] {OURS} : new String[] {before, OURS});
    if (!requireUser.equals("auto")) {
      plan.parameter("requireUser", requireUser);
    }
    if (controlled) {
      plan.access().controlled();
    }

    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);

      for (String path : List.of(LIVE + "/jobs/", LIVE + "/environment/", REST + "/jobs", REST)) {
        assertThat(server.get(path).status()).as(path).isEqualTo(unauthenticated);
        boolean factsAlone = path.equals(REST) && user == 403;
        assertThat(server.get(path, "X-Test-User", "sten").status())
            .as(path)
            .isEqualTo(factsAlone ? 200 : user);
      }
      driver.respond("/static/webui.css", Response.of(200, "a {}", "Content-Type", "text/css"));
      assertThat(server.get(LIVE + "/static/webui.css").status()).isEqualTo(200);
      assertThat(server.request("HEAD", LIVE + "/static/webui.css").status()).isEqualTo(200);
      assertThat(Browser.send(server.port(), "POST", LIVE + "/static/webui.css", "a=b").status())
          .isEqualTo(unauthenticated);
      assertThat(server.get("/sparkui/-/assets/theme.js").status()).isEqualTo(200);
      assertThat(server.get("/api/v1/applications").status()).isEqualTo(200);
    }
  }

  @Test
  void namesFiltersOnPageUntilRequestHasUser() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan();
    plan.filters("org.acme.First", "org.acme.Second", OURS);
    try (FakeDriver driver = new FakeDriver(ID);
        LoggedLines log = new LoggedLines();
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);
      driver.respond("/static/webui.css", Response.of(200, "a {}", "Content-Type", "text/css"));
      assertThat(server.get(LIVE + "/static/webui.css").status()).isEqualTo(200);
      assertThat(server.get("/history/" + ID + "/jobs/").status()).isEqualTo(200);
      assertThat(log.with(NO_USER)).as("no live content was denied").isEmpty();

      for (String path :
          List.of(LIVE + "/jobs/", REST + "/jobs", "/sparkui/", "/sparkui/-/applications")) {
        Reply reply = server.get(path);
        assertThat(reply.status()).as(path).isEqualTo(401);
        assertThat(reply.text())
            .as(path)
            .contains(
                "requireUser is auto", "org.acme.First, org.acme.Second", "requireUser to false");
      }
      assertThat(log.with(NO_USER)).singleElement().asString().contains("WARN", "org.acme.Second");

      assertThat(server.get(LIVE + "/jobs/", "X-Test-User", "sten").status()).isEqualTo(200);
      assertThat(server.get(LIVE + "/jobs/").text())
          .contains("Login required")
          .doesNotContain("requireUser");
      assertThat(log.with(NO_USER)).hasSize(1);
    }
  }

  @Test
  void warnsOfListWithoutRunningApplications() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan();
    plan.filters("org.acme.Login", OURS);
    try (LoggedLines log = new LoggedLines();
        EmbeddedHistoryServer server = container.start(plan.drivers("127.0.0.1:1"))) {
      await()
          .untilAsserted(() -> assertThat(server.get("/sparkui/-/health").status()).isEqualTo(200));
      assertThat(log.with(NO_USER)).isEmpty();
      assertThat(server.get("/api/v1/applications").status()).isEqualTo(200);
      assertThat(server.get("/").status()).isEqualTo(200);
      assertThat(log.with(NO_USER)).hasSize(1);
    }
  }

  @Test
  void logsNoWarningOnceRequestHasUser() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan();
    plan.filters("org.acme.Login", OURS);
    try (FakeDriver driver = new FakeDriver(ID);
        LoggedLines log = new LoggedLines();
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/api/v1/applications", "X-Test-User", "sten").text())
                      .contains(ID));
      assertThat(server.get(LIVE + "/jobs/").text()).doesNotContain("org.acme");
      assertThat(server.get("/api/v1/applications").status()).isEqualTo(200);
      assertThat(log.with(NO_USER)).isEmpty();
    }
  }

  @Test
  void neverReloadsPageThatRequiresLogin() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan().parameter("requireUser", "true");
    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);
      List<String> paths =
          List.of(
              "/sparkui/",
              LIVE + "/jobs/",
              LIVE + "/jobs/?live=false",
              "/proxy/" + ID + "/stages/",
              "/sparkui/app-unknown/jobs/");

      assertStays(server, paths);
      driver.respondToProxied(Script.silence());
      assertStays(server, paths);
      driver.refuse();
      assertStays(server, paths);
      plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
      assertStays(server, paths);
      plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
      assertStays(server, paths);
    }
  }

  private static void assertStays(EmbeddedHistoryServer server, List<String> paths) {
    for (String path : paths) {
      Reply reply = server.get(path, "Accept", "text/html");
      assertThat(reply.status()).as(path).isEqualTo(401);
      assertThat(reply.text()).as(path).contains("Login required").doesNotContain("refresh");
      assertThat(reply.header("Retry-After")).as(path).isEmpty();
      assertThat(reply.header("Refresh")).as(path).isEmpty();
    }
  }

  @Test
  void deniesKillsIfKillingIsDisabled() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan().parameter("killEnabled", "false");
    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);

      for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
        for (String path :
            List.of("/jobs/job/kill/?id=1", "/stages/stage/kill", "/jobs/job/kill/x")) {
          assertThat(server.request(method, LIVE + path, "Sec-Fetch-Site", "same-origin").status())
              .as(method + " " + path)
              .isEqualTo(403);
        }
      }
      assertThat(server.request("POST", "/proxy/" + ID + "/jobs/job/kill/").text())
          .contains("Killing is disabled");
      assertThat(driver.requests()).isEmpty();
      assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(200);
    }
  }

  @Test
  void redirectsNoUnauthenticatedUser() throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan();
    plan.filters("org.acme.Login", OURS);
    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);
      String history = "/history/" + ID + "/environment/x.css";

      assertThat(server.get(history).status()).isEqualTo(200);
      assertThat(server.passed()).extracting(passed -> passed.target()).containsExactly(history);
      assertThat(server.get(history, "X-Test-User", "ada").status()).isEqualTo(302);

      plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
      for (String path : List.of(LIVE + "/jobs/", LIVE + "/static/webui.css")) {
        assertThat(server.get(path).status()).isEqualTo(401);
        assertThat(server.get(path, "X-Test-User", "ada").status()).isEqualTo(302);
      }
    }
  }
}
