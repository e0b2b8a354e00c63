// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.GuardedApplication.LIVE;
import static io.sparklive.GuardedApplication.REST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that the user did not intend, or that a driver must not get. */
@ParameterizedClass
@NewestContainer
class UnwantedRequestsFilterTest extends OneGuardedApplication {
  private static final String KILL = LIVE + "/jobs/job/kill/?id=3";

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource({
    "GET, , , 403",
    "HEAD, , , 403",
    "PUT, , , 403",
    "DELETE, , , 403",
    "OPTIONS, , , 403",
    "POST, , , 403",
    "GET, Sec-Fetch-Site, none, 403",
    "POST, Sec-Fetch-Site, none, 403",
    "GET, Sec-Fetch-Site, same-origin, 403",
    "POST, Sec-Fetch-Site, same-origin, 403",
    "POST, Sec-Fetch-Site, same-site, 403",
    "POST, Sec-Fetch-Site, cross-site, 403",
    "POST, Origin, null, 403",
    "POST, Origin, http://evil.example.org, 403",
    "POST, Origin, http://history.example.org:18080, 302",
    "POST, Origin, http://history.example.org, 403",
    "GET, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000/jobs/, 302",
    "GET, Referer, http://history.example.org:18080/proxy/app-20261121083600-0000/jobs/?a=b, 302",
    "GET, Referer, http://history.example.org:18080/sparkui/app-2/jobs/, 403",
    "GET, Referer, http://history.example.org:18080/history/app-20261121083600-0000/jobs/, 403",
    "GET, Referer, http://history.example.org:18080, 403",
    "GET, Referer, http://history.example.org:18080/, 403",
    "POST, Referer, http://history.example.org:18080/, 403",
    "POST, Referer, http://history.example.org:18080/?showIncomplete=true, 403",
    "GET, Referer, http://history.example.org:18080/sparkui/, 403",
    "GET, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000/%2e%2E/app-2/jobs/, 403",
    "GET, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000\\..\\app-2/jobs/, 403",
    "GET, Referer, http://history.example.org:18080/sparkui/app-20261121083600-00001/jobs/, 403",
    "GET, Referer, http://history.example.org:18080/x/sparkui/app-20261121083600-0000/jobs/, 403",
    "GET, Referer, http://a@history.example.org:18080/sparkui/app-20261121083600-0000/jobs/, 403",
    "HEAD, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000/jobs/, 302",
    "PUT, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000/jobs/, 302",
    "POST, Referer, http://history.example.org:18080/sparkui/app-20261121083600-0000/stages/, 302",
    "GET, Referer, http://history.example.org:18080/?a=b, 403",
    "POST, Referer, http://history.example.org:18080/sparkui/app-2/jobs/, 403",
    "GET, Referer, http://evil.example.org/, 403"
  })
  void allowsKillOnlyFromPagesOfApplication(
      String method, String header, String value, int status) {
    String[] headers =
        header == null
            ? new String[] {"Host", "history.example.org:18080"}
            : new String[] {"Host", "history.example.org:18080", header, value};

    for (String below : List.of("", "/", "/x/y/")) {
      String target = LIVE + "/stages/stage/kill" + below + "?id=1";
      assertThat(request("mike", method, target, headers).status()).as(target).isEqualTo(status);
      assertThat(reachedDriver()).isEqualTo(status == 302);
    }
  }

  @Test
  void allowsCrossSiteNavigationOnly() {
    String other = "cross-site";
    for (String mode : List.of("no-cors", "cors", "websocket", "same-origin")) {
      Reply reply =
          request("vera", "GET", LIVE + "/jobs/", "Sec-Fetch-Site", other, "Sec-Fetch-Mode", mode);
      assertThat(reply.status()).as(mode).isEqualTo(403);
    }
    assertThat(reachedDriver()).isFalse();
    assertThat(
            request(
                    "vera",
                    "GET",
                    LIVE + "/jobs/",
                    "Sec-Fetch-Site",
                    other,
                    "Sec-Fetch-Mode",
                    "navigate")
                .status())
        .isEqualTo(200);
    assertThat(reachedDriver()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/jobs/", "/api/v1/applications", "/executors/threadDump/"})
  void allowsSameOriginRequestsBehindProxyThatChangesHost(String target) {
    String[] changed = {
      "Host", "history:18080",
      "Referer", "https://spark.example.org" + LIVE + "/executors/",
      "Sec-Fetch-Site", "same-origin",
      "Sec-Fetch-Mode", "cors"
    };
    assertThat(request("vera", "GET", LIVE + target, changed).status()).isEqualTo(200);
    assertThat(request("mike", "GET", LIVE + "/jobs/job/kill/?id=1", changed).status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/executors/heapHistogram/?executorId=driver", "/executors/threadDump"})
  void deniesCrossSiteDumps(String dump) {
    for (String mode : List.of("navigate", "no-cors")) {
      assertThat(
              request(
                      "vera",
                      "GET",
                      LIVE + dump,
                      "Sec-Fetch-Site",
                      "cross-site",
                      "Sec-Fetch-Mode",
                      mode)
                  .status())
          .isEqualTo(403);
    }
    assertThat(reachedDriver()).isFalse();
    assertThat(request("vera", "GET", LIVE + dump).status()).isEqualTo(200);
    assertThat(reachedDriver()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void deniesCrossSiteWrites(String method) {
    assertThat(request("vera", method, LIVE + "/jobs/").status()).isEqualTo(200);
    assertThat(reachedDriver()).isTrue();
    for (String path : List.of(LIVE + "/jobs/", REST + "/jobs", LIVE + "/static/x.css")) {
      assertThat(request("vera", method, path, "Origin", "https://evil.example.org").status())
          .isEqualTo(403);
      assertThat(request("vera", method, path, "Sec-Fetch-Site", "cross-site").status())
          .isEqualTo(403);
    }
    assertThat(reachedDriver()).isFalse();
    assertThat(request("vera", "GET", LIVE + "/jobs/", "Sec-Fetch-Site", "cross-site").status())
        .isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "adam, doAs=vera, 200",
    "adam, doAs=sten, 403",
    "adam, doAs=, 403",
    "adam, doAs=vera&doAs=sten, 200",
    "vera, doAs=vera, 200",
    "vera, doAs=adam, 403",
    "vera, do%41s=adam, 403",
    "vera, doAs=ad%61m&doAs=vera, 403",
    "vera, doAs, 403",
    "sten, doAs=adam, 403",
    ", doAs=adam, 401"
  })
  void allowsOnlyAdministratorsToUseDoAs(String user, String query, int status) {
    Reply reply = request(user, "GET", LIVE + "/jobs/?a=b%20c&" + query + "&d=e");

    assertThat(reply.status()).isEqualTo(status);
    if (status == 200) {
      assertThat(application.driver().onlyRequest().target()).isEqualTo("/jobs/?a=b%20c&d=e");
    }
    assertThat(reachedDriver()).isEqualTo(status == 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {LIVE + "/static/x.js", LIVE + "/jobs/", REST + "/jobs"})
  void deniesServiceWorkerScripts(String path) {
    assertThat(request("adam", "GET", path, "Service-Worker", "script").status()).isEqualTo(403);
    assertThat(reachedDriver()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "PROPFIND", "CONNECTX", "get", "Post"})
  void rejectsUnsupportedMethods(String method) {
    for (String path : List.of(LIVE + "/jobs/", KILL, REST + "/jobs", LIVE + "/static/x.css")) {
      Reply reply = request("adam", method, path, "Sec-Fetch-Site", "same-origin");
      assertThat(reply.status()).as(path).isEqualTo(405);
      assertThat(reply.header("Allow").orElse("")).startsWith("GET, HEAD, POST");
    }
    assertThat(reachedDriver()).isFalse();
  }

  @Test
  void rejectsTransferCodingsOtherThanChunked() {
    try (Browser browser = new Browser(application.server().port())) {
      browser.send(
          "POST",
          LIVE + "/jobs/",
          "X-Test-User",
          "adam",
          "Transfer-Encoding",
          "gzip, chunked",
          "Connection",
          "close");
      browser.write("5\r\nabcde\r\n0\r\n\r\n");

      assertThat(browser.reply("POST").status()).isEqualTo(501);
    }
    assertThat(reachedDriver()).isFalse();
  }
}
