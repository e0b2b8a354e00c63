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
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a hostile driver that abuses every part of a response. */
class HostileFilesFilterTest {
  private static final String CSP = "Content-Security-Policy";
  private static final String PORTAL = "https://portal.example.org";
  private static final String[] ADA = {"X-Test-User", "ada"};

  /** A History Server that requires a login, and a request without a user. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class ForAnUnauthenticatedUser extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan()
          .parameter("requireUser", "true")
          .parameter("forwardCookies", "tab")
          .parameter("responseTimeout", "1s");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 404, 500, 503})
    void withholdsFileResponsesOfOtherStatus(int status) {
      for (String page : List.of("/tab/x.png", "/static/x.png")) {
        driver.respond(
            page,
            Response.of(status, "", "Content-Type", "image/png", "Location", "//evil.example"));

        for (String method : List.of("GET", "HEAD")) {
          Reply reply = server.request(method, LIVE + page);
          assertThat(reply.status()).as(method + " " + page).isEqualTo(401);
          assertThat(reply.header("Location")).isEmpty();
        }
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "image/png\r\nContent-Type: text/html",
          "text/html\r\nContent-Type: image/png",
          "image/png\r\ncontent-type: text/html",
          "image/png\r\nContent-Type:",
          "\r\nContent-Type: image/png",
          "image/png\r\nConnection: content-type",
          "image/png\r\nConnection: close, Content-Type",
          "image/png, text/html",
          "image/png;a=b, text/html",
          "image/png;a=\"b, text/html",
          "text/html;image/png",
          "text/html, image/png",
          "image/png text/html",
          "image/",
          "image/*",
          "*/*",
          "/png",
          ";image/png",
          "text/css/html",
          "application/octet-stream",
          "multipart/x-mixed-replace;boundary=image/png",
          "multipart/byteranges; boundary=x",
          "application/xhtml+xml",
          "application/xml",
          "text/xml",
          "text/xsl",
          "application/mathml+xml",
          "application/pdf",
          "message/rfc822",
          "application/javascript+xml",
          "text/cssx",
          "text/json"
        })
    void withholdsFileResponsesOfOtherType(String type) {
      for (String page : List.of("/tab/x.png", "/static/type.png")) {
        driver.respond(
            page,
            Script.sending(
                "HTTP/1.1 200 OK\r\nContent-Type: "
                    + type
                    + "\r\nContent-Length: 6\r\n\r\nsecret"));

        Reply reply = server.get(LIVE + page);
        assertThat(reply.status()).isNotIn(200, 206);
        assertThat(reply.text()).doesNotContain("secret");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n",
          "HTTP/1.1 200 OK\r\nContent-Type : image/png\r\n",
          "HTTP/1.1 200 OK\r\nX: y\r\n Content-Type: image/png\r\n",
          "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n , text/html\r\n",
          "HTTP/1.1 200 OK\r\nContent-Type: image/png\u0000text/html\r\n",
          "HTTP/1.0 200 OK\r\n",
          "HTTP/0.9 200 OK\r\n",
          "HTTP/1.1 099 X\r\nContent-Type: image/png\r\n",
          "HTTP/1.1 999 X\r\nContent-Type: image/png\r\n"
        })
    void withholdsResponsesWithMalformedHeaders(String head) {
      for (String page : List.of("/tab/x.png", "/static/head.png")) {
        driver.respond(page, Script.sending(head + "Content-Length: 6\r\n\r\nsecret"));

        Reply reply = server.get(LIVE + page);
        assertThat(reply.status()).isGreaterThanOrEqualTo(400);
        assertThat(reply.text()).doesNotContain("secret");
      }
    }

    @ParameterizedTest
    @CsvSource({
      "102, ''",
      "102, Content-Type: text/html",
      "103, ''",
      "103, Content-Type: text/html"
    })
    void ignoresContentTypeOfInterimResponse(int interim, String header) {
      String line = "HTTP/1.1 " + interim + " X\r\nContent-Type: image/png\r\n\r\n";
      for (String page : List.of("/tab/x.png", "/static/interim.png")) {
        driver.respond(
            page,
            Script.sending(
                line
                    + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
                    + (header.isEmpty() ? "" : header + "\r\n")
                    + "\r\nsecret"));

        Reply reply = server.get(LIVE + page);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).doesNotContain("secret");
      }
    }

    @Test
    void dropsHeadersThatFilesDoNotNeed() {
      for (String page : List.of("/tab/x.png", "/static/more.png")) {
        driver.respond(
            page,
            Response.of(
                200,
                "image",
                "Content-Type",
                "image/png",
                "Location",
                "/jobs/",
                "Content-Disposition",
                "attachment; filename=setup.exe",
                "Set-Cookie",
                "tab=1",
                "Refresh",
                "0;url=//evil.example",
                "Link",
                "<//evil.example>; rel=preload",
                "SourceMap",
                "//evil.example",
                "Retry-After",
                "1",
                "Allow",
                "GET",
                "ETag",
                "\"v1\"",
                "Last-Modified",
                "Sat, 15 Mar 2025 11:45:00 GMT"));

        assertThat(server.get(LIVE + page, ADA).header("Content-Disposition")).isPresent();
        assertIsOnlyAnImage(server.get(LIVE + page));
        assertIsOnlyAnImage(server.request("HEAD", LIVE + page));
      }
      String kept = LIVE + "/static/more.png";
      await().until(() -> !server.get(kept).header("ETag").equals(Optional.of("\"v1\"")));
      assertIsOnlyAnImage(server.get(kept));
    }

    private static void assertIsOnlyAnImage(Reply reply) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headers())
          .extracting(Map.Entry::getKey)
          .isSubsetOf(
              "Accept-Ranges",
              "Cache-Control",
              "Content-Length",
              CSP,
              "Content-Type",
              "Date",
              "ETag",
              "Last-Modified",
              "Server",
              "Vary",
              // From the embedded History Server.
              "X-Tried-At",
              "X-Content-Type-Options",
              "X-Frame-Options",
              "X-XSS-Protection");
    }

    @Test
    void sendsNoContentTypeWithNotModified() {
      for (String page : List.of("/tab/x.js", "/static/x.js")) {
        driver.respond(
            page, Response.of(304, "", "ETag", "\"v1\"", "Content-Type", "text/html", CSP, "x"));

        for (Reply reply : List.of(server.get(LIVE + page), server.get(LIVE + page, ADA))) {
          assertThat(reply.status()).isEqualTo(304);
          assertThat(reply.header("Content-Type")).isEmpty();
          assertThat(reply.headers(CSP)).contains("sandbox");
        }
      }
    }

    @Test
    void deniesFileRequestsWithBody() {
      String[] chunked = {"Transfer-Encoding", "chunked"};
      for (String page : List.of("/tab/x.js", "/static/x.js")) {
        driver.respond(page, Response.of(200, "x", "Content-Type", "text/javascript"));

        assertThat(Browser.send(server.port(), "GET", LIVE + page, "id=1").status()).isEqualTo(401);
        try (Browser browser = new Browser(server.port())) {
          browser.send("GET", LIVE + page, chunked);
          browser.write("4\r\nid=1\r\n0\r\n\r\n");
          assertThat(browser.reply("GET").status()).isEqualTo(401);
        }
      }
      assertThat(driver.requests()).isEmpty();
    }

    @Test
    void closesConnectionOfEndlessPage() {
      driver.respond(
          "/tab/x.js",
          connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
            while (!connection.awaitClose(Duration.ofMillis(50))) {
              connection.write("secret");
            }
          });

      Reply reply = server.get(LIVE + "/tab/x.js");
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.text()).contains("Login required").doesNotContain("secret");
      await().until(() -> driver.open() == 0);
    }

    @Test
    void withholdsTruncatedPage() {
      driver.respond(
          "/tab/x.js",
          Script.sending(
              "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nsecret"));

      Reply reply = server.get(LIVE + "/tab/x.js");
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.text()).contains("Login required").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"/tab/X.JS", "/tab/x.css.js", "/tab/.js", "/js/x.html.css", "/static/sub/x.WOFF2"})
    void identifiesFileByLastExtension(String page) {
      driver.respond(page, Response.of(200, "x", "Content-Type", "text/javascript"));
      assertThat(server.get(LIVE + page).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/tab/x.js.html",
          "/tab/x.js/",
          "/tab/x.js.",
          "/tab/x.js..",
          "/tab/x.js,",
          "/tab/x.js~",
          "/tab/x.js!",
          "/tab/x.js:",
          "/tab/x.js@",
          "/tab/xjs",
          "/tab/x.jsx",
          "/tab/x.js_",
          "/tab/x.js-",
          "/stages/taskThreadDump/x.js",
          "/static",
          "/static/x"
        })
    void forwardsNoOtherFileNames(String page) {
      for (String method : List.of("GET", "HEAD")) {
        assertThat(server.request(method, LIVE + page).status()).isEqualTo(401);
      }
      assertThat(driver.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/tab/x%2ejs",
          "/tab/x.j%73",
          "/tab/x.js%00",
          "/tab/x.html%3f.js",
          "/tab/x.html%23.js",
          "/jobs/;x.js",
          "/jobs/job/kill;x.js",
          "/tab/%2e%2e/jobs/x.js",
          "/static/../jobs/x.js",
          "/static//x.js",
          "/static/x.js;v=1",
          "/jobs\\x.js"
        })
    void rejectsNonCanonicalPaths(String page) {
      assertThat(server.get(LIVE + page).status()).isEqualTo(400);
      assertThat(driver.requests()).isEmpty();
    }
  }

  /** Any user may read everything; a path with the name of a file is served as a file. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class ForAUser extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan()
          .securityHeaders(new SecurityHeaders(Optional.of(PORTAL), "0", false, Optional.empty()));
    }

    private static void assertHarmless(Reply reply) {
      assertThat(reply.headers("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(reply.headers(CSP)).contains("sandbox");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 412, 416, 500, 503})
    void sandboxesFileResponsesOfEveryStatus(int status) {
      for (String page : List.of("/tab/x.js", "/static/" + status + ".js", "/static/" + status)) {
        driver.respond(
            page,
            Response.of(
                status,
                status == 204 || status == 304 ? "" : "<script>",
                "Content-Type",
                "text/html",
                "Location",
                "/jobs/",
                CSP,
                "script-src *",
                CSP,
                "sandbox allow-scripts allow-same-origin"));

        for (String method : List.of("GET", "HEAD")) {
          Reply reply = server.request(method, LIVE + page);
          assertThat(reply.status()).isEqualTo(status == 301 ? 302 : status);
          assertHarmless(reply);
          assertThat(String.join(", ", reply.headers(CSP)))
              .contains("script-src *, sandbox allow-scripts allow-same-origin");
        }
        driver.forget();
      }
    }

    @Test
    void sandboxesCachedFiles() {
      driver.respond(
          "/static/kept.png",
          Response.of(
              200,
              "<script>",
              "Content-Type",
              "text/html",
              "Last-Modified",
              "Sat, 15 Mar 2025 11:45:00 GMT",
              CSP,
              "script-src *",
              CSP,
              "frame-ancestors *"));
      String path = LIVE + "/static/kept.png";
      await().until(() -> server.get(path).header("ETag").isPresent());
      String tag = server.get(path).header("ETag").orElseThrow();

      for (Reply reply :
          List.of(
              server.get(path),
              server.request("HEAD", path),
              server.get(path, "Range", "bytes=0-2"),
              server.get(path, "Range", "bytes=99-"),
              server.get(path, "If-None-Match", tag),
              server.get(path, "If-Modified-Since", "Sat, 15 Mar 2025 11:45:00 GMT"),
              server.get(path, "If-Match", "\"other\""),
              server.get(path, "Accept-Encoding", "gzip"))) {
        assertHarmless(reply);
        // A policy that was set before the driver's response is kept.
        assertThat(reply.headers(CSP)).contains("frame-ancestors 'self' " + PORTAL);
      }
      assertThat(driver.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "text/javascript",
          "TEXT/JAVASCRIPT; charset=utf-8",
          "application/javascript",
          "application/x-javascript",
          "text/ecmascript"
        })
    void allowsScriptAsWorkerOfItsOrigin(String type) {
      String policy = "sandbox allow-scripts allow-same-origin";
      for (String page : List.of("/tab/worker.js", "/static/worker.js")) {
        driver.respond(page, Response.of(200, "postMessage(1)", "Content-Type", type));
        assertThat(server.get(LIVE + page).headers(CSP)).contains(policy).doesNotContain("sandbox");
      }
      String path = LIVE + "/static/worker.js";
      await().until(() -> server.get(path).header("ETag").isPresent());

      assertThat(server.get(path).headers(CSP)).contains(policy);
      // A browser applies the policy of these responses to its stored response of any type.
      for (String[] part : List.of(new String[] {"If-None-Match", "*"}, range())) {
        assertThat(server.get(path, part).headers(CSP)).contains("sandbox").doesNotContain(policy);
      }
    }

    private static String[] range() {
      return new String[] {"Range", "bytes=0-1"};
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "text/javascript, text/html",
          "text/javascript\r\nContent-Type: text/html",
          "text/javascript\r\nConnection: content-type",
          "text/html; text/javascript",
          "text/javascript+xml",
          "image/svg+xml",
          "text/css",
          ""
        })
    void sandboxesAllOtherTypes(String type) {
      for (String page : List.of("/tab/x.js", "/static/not-" + type.hashCode() + ".js")) {
        driver.respond(
            page,
            Script.sending(
                "HTTP/1.1 200 OK\r\nContent-Type: "
                    + type
                    + "\r\nContent-Length: 8\r\n\r\n<script>"));
        for (int i = 0; i < 3; i++) {
          assertHarmless(server.get(LIVE + page));
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {206, 304, 404})
    void sandboxesPartialAndErrorResponses(int status) {
      driver.respond(
          "/tab/x.js", Response.of(status, "", "Content-Type", "text/javascript", "ETag", "\"a\""));

      assertHarmless(server.get(LIVE + "/tab/x.js"));
    }
  }

  /** As in the WAR: a denied caller gets the files of a live driver. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class ForDeniedUser extends OneLiveApplication {
    private final HistoryServerPlan plan = new HistoryServerPlan();

    @Override
    protected HistoryServerPlan plan() {
      return plan;
    }

    @Test
    void hidesApplicationNameInFailureFromDeniedUser() {
      driver.respond("/static/x.css", Script.sending(""));
      assertThat(server.get(LIVE + "/static/x.css").text()).contains(driver.application().name());

      plan.access().setLoginStatus(LoginStatus.DENIED);
      Reply reply = server.get(LIVE + "/static/x.css");
      assertThat(reply.status()).isGreaterThanOrEqualTo(401);
      assertThat(reply.text()).doesNotContain(driver.application().name());
      plan.access().setLoginStatus(LoginStatus.GRANTED);
    }

    @Test
    void returnsNoOwnPageToDeniedUser() {
      plan.access().setLoginStatus(LoginStatus.DENIED);
      for (String id : List.of("app-20261121083600-0009", "spark-1", "local-1")) {
        assertThat(server.get("/sparkui/" + id + "/static/x.css").text())
            .contains("the home page")
            .doesNotContain(id);
      }
      plan.access().setLoginStatus(LoginStatus.GRANTED);
    }

    @Test
    void forwardsNoBodyOfDeniedUser() {
      plan.access().setLoginStatus(LoginStatus.DENIED);
      Reply reply = Browser.send(server.port(), "GET", LIVE + "/static/x.css", "id=1");

      assertThat(reply.text()).contains("the home page");
      assertThat(driver.requests()).isEmpty();
      plan.access().setLoginStatus(LoginStatus.GRANTED);
    }
  }
}
