// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Redirects of a driver, rewritten for the browser. */
@ParameterizedClass
@NewestContainer
class RedirectsFilterTest extends OneLiveApplication {

  @ParameterizedTest
  @CsvSource({
    "http://HOST/jobs/, /sparkui/ID/jobs/",
    "http://HOST, /sparkui/ID/",
    "http://HOST/jobs/?a=b%20c&d#e, /sparkui/ID/jobs/?a=b%20c&d#e",
    "HTTP://HOST/jobs/, /sparkui/ID/jobs/",
    "//HOST/jobs/, /sparkui/ID/jobs/",
    "/jobs/, /sparkui/ID/jobs/",
    "/jobs, /sparkui/ID/jobs",
    "/jobs/?id=1#top, /sparkui/ID/jobs/?id=1#top",
    "../jobs/, /sparkui/ID/stages/jobs/",
    "other/, /sparkui/ID/stages/from/other/",
    "/sparkui/ID/jobs/, /sparkui/ID/jobs/",
    "/sparkui/ID, /sparkui/ID",
    "/sparkui/ID-2/jobs/, /sparkui/ID/sparkui/ID-2/jobs/",
    "https://HOST/jobs/, /sparkui/ID/",
    "http://elsewhere.example.org/jobs/, /sparkui/ID/",
    "//elsewhere.example.org/jobs/, /sparkui/ID/",
    "http://HOST.example.org/, /sparkui/ID/",
    "/%2e%2e/app-2/jobs/job/kill/?id=7, /sparkui/ID/app-2/jobs/job/kill/?id=7",
    "/%2E%2E/%2e./app-2/, /sparkui/ID/app-2/",
    "\\\\elsewhere.example.org/, /sparkui/ID/",
    "http://[no address, /sparkui/ID/",
  })
  void rewritesRedirectsToStayUnderApplication(String sent, String received) {
    String location = sent.replace("HOST", driver.address()).replace("ID", ID);
    driver.respond("/stages/from/", Response.of(302, "", "Location", location));

    Reply reply = server.get(LIVE + "/stages/from/");

    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.headers("Location"))
        .containsExactly(received.replace("HOST", driver.address()).replace("ID", ID));
  }

  @ParameterizedTest
  @CsvSource({"301, 302", "302, 302", "303, 303", "307, 307", "308, 307"})
  void replacesPermanentRedirectsByTemporaryOnes(int status, int expected) {
    driver.respond(
        "/from/", Response.of(status, "moved", "Location", "/to/", "Content-Type", "text/plain"));

    Reply reply = server.get(LIVE + "/from/");

    assertThat(reply.status()).isEqualTo(expected);
    assertThat(reply.location()).isEqualTo(LIVE + "/to/");
    assertThat(reply.text()).isEqualTo("moved");
    assertThat(driver.requests()).hasSize(1);
  }

  @Test
  void rewritesRedirectAfterKill() {
    Reply reply =
        Browser.send(
            server.port(),
            "POST",
            LIVE + "/jobs/job/kill/?id=3",
            "terminate=true",
            "Content-Type",
            "application/x-www-form-urlencoded",
            "Referer",
            "http://127.0.0.1:" + server.port() + LIVE + "/jobs/");

    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.location()).isEqualTo(LIVE + "/jobs/");
    assertThat(driver.onlyRequest().method()).isEqualTo("POST");
    assertThat(driver.onlyRequest().target()).isEqualTo("/jobs/job/kill/?id=3");
    assertThat(driver.onlyRequest().body()).isEqualTo("terminate=true");
  }

  @Test
  void rewritesRedirectsUnderReverseProxyBase() {
    assertThat(server.get("/proxy/" + ID + "/").location()).isEqualTo("/proxy/" + ID + "/jobs/");
  }

  @Test
  void rewritesRedirectsUnderPrefix() {
    Reply reply = server.get(LIVE + "/", "X-Forwarded-Context", "/hs");

    assertThat(reply.location()).isEqualTo("/hs" + LIVE + "/jobs/");
    assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo("/hs" + LIVE);
  }

  @Test
  void rewritesRedirectsOfRestResponses() {
    String path = "/api/v1/applications/" + ID + "/moved";
    driver.respond(path, Response.of(302, "", "Location", "/jobs/"));

    assertThat(server.get(path).location()).isEqualTo(LIVE + "/jobs/");
  }

  @Test
  void reportsRedirectOfStartPageToOtherServer() {
    driver.respond("/", Response.of(302, "", "Location", "https://login.example.org/"));

    Reply reply = server.get(LIVE + "/");

    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Location")).isEmpty();
    assertThat(reply.text()).contains("redirects to another server", "forwardCookies");
  }
}
