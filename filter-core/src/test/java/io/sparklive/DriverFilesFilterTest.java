// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.LoginStatus;
import io.sparklive.testkit.driver.Response;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access to the files of drivers, also of third-party tabs, and their content types. */
class DriverFilesFilterTest {
  private static final String CSP = "Content-Security-Policy";
  private static final String[] ADA = {"X-Test-User", "ada"};

  /** A History Server that requires a login. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class IfUserIsRequired extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan().parameter("requireUser", "true");
    }

    @ParameterizedTest
    @CsvSource({
      "/dataflint/static/js/main.js,   text/javascript",
      "/dataflint/static/js/main.js,   application/javascript;charset=utf-8",
      "/dataflint/static/x.mjs,        text/javascript",
      "/dataflint/static/css/main.css, text/css",
      "/dataflint/LOGO.PNG,            image/png",
      "/dataflint/logo.svg,            image/svg+xml",
      "/dataflint/favicon.ico,         image/x-icon",
      "/dataflint/font.woff2,          font/woff2",
      "/dataflint/font.ttf,            application/x-font-ttf",
      "/dataflint/font.eot,            application/vnd.ms-fontobject",
      "/a.b/x.CSS,                     TEXT/CSS",
      "/static/webui.css,              text/css",
      "/static/a/b.js,                 application/javascript",
      "/static/a.png,                  image/png"
    })
    void servesFilesToUnauthenticatedUsers(String page, String type) {
      driver.respond(page, Response.of(200, "file", "Content-Type", type));

      for (String base : List.of(LIVE, "/proxy/" + ID)) {
        Reply got = server.get(base + page);
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("file");
        assertThat(server.request("HEAD", base + page).status()).isEqualTo(200);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/dataflint/index.html",
          "/dataflint/manifest.json",
          "/dataflint/main.js.map",
          "/dataflint/",
          "/dataflint/x.css/",
          "/dataflint/x.css~",
          "/dataflint/css",
          "/dataflint/static/js/main.js?a",
          "/static/webui.css?a",
          "/static/webui.css?",
          "/static/executorspage-template.html",
          "/static/",
          "/jobs/job/kill/x.js",
          "/stages/stage/kill/x.js?id=1",
          "/executors/threadDump/x.css",
          "/executors/threadDump/x.css?executorId=driver",
          "/executors/heapHistogram/x.png",
          "/api/v1/applications/" + ID + "/environment/x.css",
          "/api/x.js"
        })
    void forwardsNothingElseForUnauthenticatedUsers(String page) {
      for (String base : List.of(LIVE, "/proxy/" + ID)) {
        for (String method : List.of("GET", "HEAD")) {
          assertThat(server.request(method, base + page).status()).isEqualTo(401);
        }
      }
      assertThat(driver.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void allowsUnauthenticatedUsersOnlyGetAndHead(String method) {
      for (String page : List.of("/dataflint/x.js", "/static/webui.css")) {
        assertThat(server.request(method, LIVE + page).status()).isEqualTo(401);
      }
      assertThat(driver.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/environment/x.css", "/jobs/x.png", "/environment.js"})
    void requiresLoginForRestApi(String below) {
      String path = "/api/v1/applications/" + ID + below;
      assertThat(server.get(path).status()).isEqualTo(401);
      assertThat(driver.requests()).isEmpty();
      assertThat(server.passed()).isEmpty();

      assertThat(server.get(path, ADA).text()).isEqualTo("driver: GET " + path);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "/environment/x.css         | text/html;charset=utf-8",
          "/jobs/x.PNG                | text/html",
          "/dataflint/x.js            | application/json",
          "/dataflint/x.js            | text/plain",
          "/dataflint/x.svg           | application/xml",
          "/dataflint/x.png           | application/octet-stream",
          "/dataflint/x.png           | text/css, text/html",
          "/dataflint/x.png           | imagehtml",
          "/dataflint/x.png           |",
          "/static/page.png           | text/html",
          "/static/page.css           | text/html"
        })
    void withholdsPageWithFileName(String page, String type) {
      driver.respond(
          page,
          type == null
              ? Response.of(200, "the secret")
              : Response.of(200, "the secret", "Content-Type", type));
      assertThat(server.get(LIVE + page, ADA).text()).isEqualTo("the secret");

      for (int i = 0; i < 2; i++) {
        Reply reply = server.get(LIVE + page);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).contains("Login required").doesNotContain("secret");
        assertThat(server.request("HEAD", LIVE + page).status()).isEqualTo(401);
      }
    }

    @Test
    void withholdsFileWithSeveralContentTypes() {
      driver.respond(
          "/dataflint/x.js",
          Response.of(200, "secret", "Content-Type", "text/css", "Content-Type", "text/html"));

      assertThat(server.get(LIVE + "/dataflint/x.js").status()).isEqualTo(401);
    }

    @Test
    void withholdsCachedPageWithFileName() {
      String page = "/static/kept.js";
      driver.respond(page, Response.of(200, "the secret", "Content-Type", "text/html"));
      await().until(() -> server.get(LIVE + page, ADA).header("ETag").isPresent());

      assertThat(server.get(LIVE + page).status()).isEqualTo(401);
      assertThat(server.get(LIVE + page, "If-None-Match", "*").status()).isEqualTo(401);
      assertThat(server.get(LIVE + page, "Range", "bytes=0-3").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 404, 500})
    void withholdsErrorsAndRedirects(int status) {
      driver.respond(
          "/dataflint/x.js",
          Response.of(status, "secret", "Location", "/jobs/", "Content-Type", "text/html"));

      Reply reply = server.get(LIVE + "/dataflint/x.js");
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("Location")).isEmpty();
      assertThat(server.get(LIVE + "/dataflint/x.js", ADA).status())
          .isEqualTo(status == 301 ? 302 : status);
    }

    @Test
    void forwardsNotModified() {
      driver.respond("/dataflint/x.js", Response.of(304, "", "ETag", "\"v1\""));

      assertThat(server.get(LIVE + "/dataflint/x.js", "If-None-Match", "\"v1\"").status())
          .isEqualTo(304);
    }

    @Test
    void consumesLargePageThatItWithholds() {
      driver.respond(
          "/environment/x.css",
          Response.of(200, "x".repeat(1_000_000), "Content-Type", "text/html"));

      for (int i = 0; i < 3; i++) {
        assertThat(server.get(LIVE + "/environment/x.css").status()).isEqualTo(401);
      }
      assertThat(server.get(LIVE + "/jobs/", ADA).status()).isEqualTo(200);
    }

    @Test
    void deniesCrossSiteLoadOfTabFile() {
      driver.respond("/tab/x.js", Response.of(200, "x", "Content-Type", "text/javascript"));
      String[] other = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"};

      assertThat(server.get(LIVE + "/tab/x.js", other).status()).isEqualTo(403);
      assertThat(driver.requests()).isEmpty();
    }
  }

  /** Requests with a user, or a History Server that requires none. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class IfUserIsNotRequired extends OneLiveApplication {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/dataflint/index.html",
          "/dataflint/manifest.json",
          "/dataflint/static/js/main.js?v=1",
          "/dataflint/static/js/main.js.map",
          "/environment/x.css",
          "/executors/threadDump/x.css",
          "/x.css~",
          "/.css"
        })
    void forwardsPagesWithFileNames(String page) {
      Reply reply = server.get(LIVE + page);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("driver: GET " + page);
    }

    @Test
    void checksKillRequestWithFileName() {
      String kill = LIVE + "/jobs/job/kill/x.css";
      assertThat(server.get(kill + "?id=0").status()).isEqualTo(403);
      assertThat(driver.requests()).isEmpty();
      String page = "http://127.0.0.1:" + server.port() + LIVE + "/jobs/";
      assertThat(Browser.send(server.port(), "POST", kill, "id=0", "Referer", page).status())
          .isEqualTo(302);
    }

    @ParameterizedTest
    @CsvSource({
      "/dataflint/logo.svg, image/svg+xml",
      "/dataflint/main.css, text/css",
      "/environment/x.css,  text/html",
      "/static/a.png,       text/html",
      "/static/logo.svg,    image/svg+xml",
      "/static/page.html,   text/html"
    })
    void sandboxesFilesOpenedAsDocuments(String page, String type) {
      driver.respond(
          page,
          Response.of(
              200,
              "<script>",
              "Content-Type",
              type,
              CSP,
              "script-src *",
              "X-Content-Type-Options",
              "none"));

      assertHarmless(server.get(LIVE + page), type);
      if (page.startsWith("/static/")) {
        await().until(() -> server.get(LIVE + page).header("ETag").isPresent());
        assertHarmless(server.get(LIVE + page), type);
        assertHarmless(server.get(LIVE + page, "Range", "bytes=0-1"), type);
      }
    }

    private static void assertHarmless(Reply reply, String type) {
      assertThat(reply.status()).isIn(200, 206);
      assertThat(reply.headers(CSP)).containsExactlyInAnyOrder("script-src *", "sandbox");
      assertThat(reply.headers("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(reply.header("Content-Type").orElse("")).startsWith(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jobs/", "/dataflint/", "/dataflint/index.html", "/dataflint"})
    void setsNoSandboxOnPages(String page) {
      driver.respond(page, Response.of(200, "<script>", "Content-Type", "text/html"));

      assertThat(server.get(LIVE + page).headers(CSP)).isEmpty();
    }
  }

  /** As in the WAR: the History Server admits callers, except for Spark's own files. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class IfHistoryServerDecidesEntry extends OneLiveApplication {
    private final HistoryServerPlan plan = new HistoryServerPlan();

    @Override
    protected HistoryServerPlan plan() {
      return plan;
    }

    @Test
    void withholdsPageWithNameOfSparkFile() {
      driver.respond("/static/c.png", Response.of(200, "secret", "Content-Type", "text/html"));
      driver.respond("/static/d.png", Response.of(200, "image", "Content-Type", "image/png"));
      plan.access().setLoginStatus(LoginStatus.DENIED);

      assertThat(server.get(LIVE + "/static/c.png").status()).isEqualTo(401);
      assertThat(server.get(LIVE + "/static/d.png").text()).isEqualTo("image");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"/static/a.png?b", "/static/template.html", "/dataflint/x.js", "/x.css"})
    void requiresEntryForOtherPaths(String page) {
      plan.access().setLoginStatus(LoginStatus.DENIED);
      assertThat(server.get(LIVE + page).text()).contains("the home page");
      assertThat(driver.requests()).isEmpty();

      plan.access().setLoginStatus(LoginStatus.GRANTED);
      assertThat(server.get(LIVE + page).status()).isEqualTo(200);
      assertThat(driver.requests()).hasSize(1);
    }
  }
}
