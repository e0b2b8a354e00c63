// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of every response, by Spark's settings and {@code corsAllowedOrigins}. */
@ParameterizedClass
@EnumSource(Container.class)
class ResponseHeadersFilterTest extends OneLiveApplication {
  private static final String PORTAL = "https://portal.example.org";
  private static final String HEALTH = "/sparkui/-/health";

  @Override
  protected HistoryServerPlan plan() {
    return new HistoryServerPlan()
        .parameter("corsAllowedOrigins", PORTAL)
        .securityHeaders(
            new SecurityHeaders(Optional.of(PORTAL), "0", true, Optional.of("max-age=60")));
  }

  private static void assertSecure(Reply reply) {
    assertThat(reply.headers("X-Frame-Options")).containsExactly("ALLOW-FROM " + PORTAL);
    assertThat(reply.headers("X-XSS-Protection")).containsExactly("0");
    assertThat(reply.headers("X-Content-Type-Options")).containsExactly("nosniff");
    // The request did not arrive over HTTPS.
    assertThat(reply.headers("Strict-Transport-Security")).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "GET, /sparkui/app-unknown/jobs/, 404",
    "GET, /sparkui/app-unknown/api/v1/x, 404",
    "GET, /sparkui/-/nothing, 404",
    "GET, /sparkui/a;b/, 400",
    "GET, /sparkui/, 200",
    "GET, /sparkui/-/applications, 200",
    "GET, /sparkui/app-20261121083600-0000, 302",
    "GET, /history/app-20261121083600-0000/jobs/, 302",
    "GET, /sparkui/-/assets/theme.js, 200",
    "HEAD, /sparkui/-/assets/live-history.css, 200",
    "GET, /sparkui/-/health, 200",
    "POST, /sparkui/-/health, 405",
    "TRACE, /sparkui/app-20261121083600-0000/jobs/, 405",
    "GET, /sparkui/app-20261121083600-0000/jobs/job/kill/, 403"
  })
  void setsSparkSecurityHeadersOnOwnResponses(String method, String path, int status) {
    Reply reply = server.request(method, path);

    assertThat(reply.status()).isEqualTo(status);
    assertSecure(reply);
    if (reply.header("Content-Type").orElse("").startsWith("text/html")) {
      assertThat(reply.header("Content-Security-Policy").orElse(""))
          .startsWith("default-src 'none'")
          .endsWith("; frame-ancestors 'self' " + PORTAL);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302, 404, 500})
  void setsSecurityHeadersOnDriverResponses(int status) {
    driver.respond(
        "/jobs/",
        Response.of(
            status,
            "",
            "X-Frame-Options",
            "ALLOWALL",
            "x-xss-protection",
            "1",
            "X-Content-Type-Options",
            "none",
            "Strict-Transport-Security",
            "max-age=31536000"));

    Reply reply = server.get(LIVE + "/jobs/");

    assertThat(reply.status()).isEqualTo(status);
    assertSecure(reply);
  }

  @Test
  void setsSecurityHeadersOnDriverFailures() {
    driver.respond("/jobs/", Script.sending("HTTP/1.1 200 OK\r\nX-Frame-Options: ALLOWALL\r\n"));

    assertSecure(server.get(LIVE + "/jobs/"));
  }

  @Test
  void allowsConfiguredOriginToReadOwnJson() {
    Reply reply = server.get(HEALTH, "Origin", PORTAL);

    assertThat(reply.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(reply.header("Access-Control-Allow-Credentials")).contains("true");
    assertThat(reply.header("Vary")).contains("Origin");
    Reply preflight =
        server.request("OPTIONS", HEALTH, "Origin", PORTAL, "Access-Control-Request-Method", "GET");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(preflight.header("Access-Control-Allow-Methods")).contains("GET, HEAD");
  }

  @Test
  void setsSecurityHeadersOnPreflightResponse() {
    assertSecure(
        server.request(
            "OPTIONS", HEALTH, "Origin", PORTAL, "Access-Control-Request-Method", "GET"));
  }

  @Test
  void sendsNoCorsHeadersToOtherOrigins() {
    String evil = "https://evil.example.org";

    assertThat(server.get(HEALTH, "Origin", evil).headers())
        .extracting(Map.Entry::getKey)
        .noneMatch(ResponseHeadersFilterTest::isOfCors);
    assertThat(
            server
                .request("OPTIONS", HEALTH, "Origin", evil, "Access-Control-Request-Method", "GET")
                .headers())
        .extracting(Map.Entry::getKey)
        .noneMatch(ResponseHeadersFilterTest::isOfCors);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sparkui/app-20261121083600-0000/jobs/",
        "/api/v1/applications/app-20261121083600-0000/jobs",
        "/api/v1/applications",
        "/sparkui/app-unknown/",
        "/sparkui/-/assets/theme.js",
        "/"
      })
  void sendsCorsHeadersForOwnJsonOnly(String path) {
    assertThat(server.get(path, "Origin", PORTAL).headers())
        .extracting(Map.Entry::getKey)
        .noneMatch(ResponseHeadersFilterTest::isOfCors);
    assertThat(
            server
                .request("OPTIONS", path, "Origin", PORTAL, "Access-Control-Request-Method", "GET")
                .headers())
        .extracting(Map.Entry::getKey)
        .noneMatch(ResponseHeadersFilterTest::isOfCors);
  }

  private static boolean isOfCors(String header) {
    return header.toLowerCase(Locale.ROOT).startsWith("access-control-");
  }
}
