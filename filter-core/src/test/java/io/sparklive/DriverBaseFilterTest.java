// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.harness.OneLiveApplication.awaitLive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.Permission;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver with {@code spark.ui.proxyBase}: all links of its pages begin with that path. */
@ParameterizedClass
@EnumSource(Container.class)
class DriverBaseFilterTest {
  private static final String ID = "app-20261121083600-0000";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String BASE = "/etl/nightly";
  private static final String SCRIPT = "/static/webui.js";

  @Parameter private Container container;

  private final FakeDriver driver = new FakeDriver(ID);
  private final FakeDriver other = new FakeDriver("app-2");
  private final HistoryServerPlan plan = new HistoryServerPlan();
  private EmbeddedHistoryServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    driver.close();
    other.close();
  }

  private static void setBase(FakeDriver driver, String base) {
    driver.respond(
        driver.application().path() + "/environment",
        Response.json(
            "{\"sparkProperties\":[[\"spark.ui.view.acls\",\"vera\"],[\"spark.ui.proxyBase\",\"%s\"]]}"
                .formatted(base)));
  }

  /** Starts the server and waits until the base is served. */
  private void start() throws Exception {
    setBase(driver, BASE);
    server = container.start(plan.drivers(driver.address()));
    awaitLive(server, 1);
    await().until(() -> get(BASE + "/ready").text().contains("/ready"));
    driver.forget();
    server.clearPassed();
  }

  private Reply get(String target, String... headers) {
    return server.get(target, headers);
  }

  private Reply kill(String target, String page) {
    return Browser.send(
        server.port(),
        "POST",
        target,
        "id=3",
        "Content-Type",
        "application/x-www-form-urlencoded",
        "Referer",
        "http://127.0.0.1:" + server.port() + page);
  }

  @Test
  void forwardsEveryPathBelowBase() throws Exception {
    start();

    for (String path :
        List.of("/jobs/?a=b", "/static/spark-logo.svg", "/api/v1/applications", "/any/file.png")) {
      driver.forget();
      assertThat(get(BASE + path).status()).as(path).isEqualTo(200);

      assertThat(driver.onlyRequest().target()).isEqualTo(path);
      assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo(BASE);
    }
    assertThat(server.passed()).isEmpty();
  }

  @Test
  void passesOtherPathsToHistoryServer() throws Exception {
    start();

    for (String path : List.of("/", "/etl/", "/etl/other/", "/etl/nightly2/jobs/", "/jobs/")) {
      server.clearPassed();
      get(path);

      assertThat(server.passed())
          .singleElement()
          .satisfies(p -> assertThat(p.target()).isEqualTo(path));
    }
    assertThat(driver.requests()).isEmpty();
  }

  /** With {@code spark.ui.proxyRedirectUri=/}, redirects of Spark have the base as well. */
  @Test
  void keepsRedirectsUnderRequestedRoot() throws Exception {
    start();

    for (String location :
        List.of("/jobs/", "/etl/nightly/jobs/", "http://HOST/etl/nightly/jobs/")) {
      driver.respond(
          "/", Response.of(302, "", "Location", location.replace("HOST", driver.address())));

      assertThat(get(BASE).location()).isEqualTo(BASE + "/");
      assertThat(get(BASE + "/").location()).as(location).isEqualTo(BASE + "/jobs/");
      assertThat(get(BASE + "/", "X-Forwarded-Prefix", "/shs").location())
          .as(location)
          .isEqualTo("/shs" + BASE + "/jobs/");
      assertThat(get(LIVE + "/").location()).as(location).isEqualTo(LIVE + "/jobs/");
      assertThat(get("/proxy/" + ID + "/").location())
          .as(location)
          .isEqualTo("/proxy/" + ID + "/jobs/");
    }
  }

  @Test
  void addsLinkToHistoryServerUnderEachRoot() throws Exception {
    start();
    driver.respond(SCRIPT, Response.of(200, "f();", "Content-Type", "text/javascript"));

    for (int times = 1; times <= 2; times++) {
      assertThat(get(BASE + SCRIPT).text()).contains("[\"/sparkui\",\"/etl\"]");
      assertThat(get(LIVE + SCRIPT).text()).contains("[\"/sparkui\",\"/proxy\"]");
      await().until(() -> isCached(BASE + SCRIPT) && isCached(LIVE + SCRIPT));
    }
    assertThat(driver.requests().stream().filter(r -> r.method().equals("GET"))).hasSize(2);
  }

  private boolean isCached(String path) {
    return server.request("HEAD", path).header("ETag").isPresent();
  }

  @Test
  void isolatesFilesAndScopesCookies() throws Exception {
    plan.parameter("forwardCookies", "*");
    start();
    driver.respond("/image.svg", Response.of(200, "<svg/>", "Content-Type", "image/svg+xml"));
    driver.respond("/jobs/", Response.of(200, "", "Set-Cookie", "a=b; Path=/"));

    assertThat(get(BASE + "/image.svg").headers("Content-Security-Policy")).contains("sandbox");
    assertThat(get(BASE + "/jobs/").header("Set-Cookie").orElseThrow()).contains("Path=" + BASE);
  }

  @Test
  void killsOnlyFromPagesOfApplication() throws Exception {
    start();

    for (String page : List.of(BASE + "/jobs/", LIVE + "/jobs/")) {
      driver.forget();
      assertThat(kill(BASE + "/jobs/job/kill/", page).status()).as(page).isEqualTo(302);
      assertThat(driver.requests()).as(page).hasSize(1);
    }
    driver.forget();
    for (String page : List.of("/etl/nightly2/jobs/", "/etl/", "/sparkui/app-2/jobs/", "/")) {
      assertThat(kill(BASE + "/jobs/job/kill/", page).status()).as(page).isEqualTo(403);
    }
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void allowsNoKillOfOtherApplicationFromPageUnderBase() throws Exception {
    start();

    assertThat(kill("/sparkui/app-2/jobs/job/kill/", BASE + "/jobs/").status()).isNotEqualTo(302);
    assertThat(kill(LIVE + "/jobs/job/kill/", BASE + "/jobs/").status()).isEqualTo(403);
  }

  @Test
  void authorizesAsUnderUsualBase() throws Exception {
    plan.access().controlled().grant(Permission.VIEW, "vera");
    setBase(driver, BASE);
    server = container.start(plan.drivers(driver.address()));
    awaitLive(server, 1);
    await().until(() -> get(BASE + "/jobs/", "X-Test-User", "vera").text().contains("GET /jobs/"));
    driver.forget();

    assertThat(get(BASE + "/jobs/", "X-Test-User", "sten").status()).isEqualTo(403);
    assertThat(get(BASE + "/api/v1/applications", "X-Test-User", "sten").status()).isEqualTo(403);
    assertThat(get(BASE + "/jobs/").status()).isEqualTo(401);
    assertThat(get(BASE + "/jobs/x.css?a").status()).isEqualTo(401);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void rejectsObfuscatedPaths() throws Exception {
    start();

    assertThat(get(BASE + "/jobs;a/job/kill/").status()).isEqualTo(400);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void redirectsToHistoryOfCompleteApplication() throws Exception {
    start();
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    assertThat(get(BASE + "/stages/?a=b").location()).isEqualTo("/history/" + ID + "/stages/?a=b");
  }

  @Test
  void reportsBaseOfTwoDriversInHealth() throws Exception {
    setBase(driver, BASE);
    setBase(other, BASE);
    server = container.start(plan.drivers(driver.address(), other.address()));
    awaitLive(server, 2);

    await()
        .untilAsserted(
            () ->
                assertThat(
                        JsonParser.parseString(get("/sparkui/-/health").text())
                            .getAsJsonObject()
                            .getAsJsonArray("conflicts"))
                    .singleElement()
                    .satisfies(
                        conflict -> {
                          JsonObject entry = conflict.getAsJsonObject();
                          assertThat(entry.get("proxyBase").getAsString()).isEqualTo(BASE);
                          assertThat(entry.has("kept")).isFalse();
                          assertThat(entry.getAsJsonArray("ignored")).hasSize(2);
                        }));

    server.clearPassed();
    get(BASE + "/jobs/");
    assertThat(server.passed()).hasSize(1);
  }
}
