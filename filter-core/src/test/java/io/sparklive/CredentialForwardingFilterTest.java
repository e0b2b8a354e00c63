// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The headers that {@code forwardCookies} and {@code forwardAuthorization} add. */
class CredentialForwardingFilterTest {
  private static final String ID = "app-1";
  private static final String COOKIES = "theme=dark; session=1; session2=2; csrf=a=b";

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardsNamedCookies(Container container) throws Exception {
    Forwarded forwarded = forward(container, "forwardCookies", "session, csrf");

    assertThat(forwarded.request().header("Cookie")).isEqualTo("session=1; csrf=a=b");
    assertThat(forwarded.reply().headers("Set-Cookie"))
        .containsExactly("session=3; Path=/sparkui/app-1");
    assertThat(forwarded.request().headers()).doesNotContainKey("authorization");
    assertThat(forwarded.reply().header("WWW-Authenticate")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardsAllCookiesIfConfiguredWithStar(Container container) throws Exception {
    Forwarded forwarded = forward(container, "forwardCookies", "*");

    assertThat(forwarded.request().header("Cookie")).isEqualTo(COOKIES);
    assertThat(forwarded.request().headers()).doesNotContainKey("authorization");
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void sendsNoCookieHeaderIfNoNamedCookieIsPresent(Container container) throws Exception {
    Forwarded forwarded = forward(container, "forwardCookies", "unknown");

    assertThat(forwarded.request().headers()).doesNotContainKey("cookie");
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardsAuthorizationHeaderOnly(Container container) throws Exception {
    Forwarded forwarded = forward(container, "forwardAuthorization", "true");

    assertThat(forwarded.request().header("Authorization")).isEqualTo("Bearer token");
    assertThat(forwarded.reply().header("WWW-Authenticate")).contains("Bearer");
    assertThat(forwarded.request().headers()).doesNotContainKeys("cookie", "proxy-authorization");
    assertThat(forwarded.reply().header("Set-Cookie")).isEmpty();
  }

  /** A driver with a login of its own redirects to it; no other redirect leads to another host. */
  @ParameterizedTest
  @NewestContainer
  void forwardsLoginRedirectIfCredentialsAreForwarded(Container container) throws Exception {
    HistoryServerPlan plan = new HistoryServerPlan().parameter("forwardCookies", "session");
    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);
      String here = "127.0.0.1:" + server.port();
      Map<String, String> locations = new LinkedHashMap<>();
      locations.put("https://login.example.org/a?b=c", "https://login.example.org/a?b=c");
      locations.put("//login.example.org/", "http://login.example.org/");
      locations.put("http://" + here + "/sparkui/" + ID + "/jobs/", "/sparkui/app-1/jobs/");
      locations.put("http://" + here + "/sparkui/app-2/jobs/job/kill/?id=7", "/sparkui/app-1/");
      locations.put("http://a@" + here + "/sparkui/app-2/", "/sparkui/app-1/");
      locations.put("http:\\\\" + here + "\\sparkui\\app-2\\", "/sparkui/app-1/");
      locations.put("https://portal.example.org/sparkui/app-2/", "/sparkui/app-1/");
      locations.put("https://PORTAL.example.org:443/sparkui/app-2/", "/sparkui/app-1/");
      locations.forEach(
          (sent, received) -> {
            driver.respond("/from/", Response.of(302, "", "Location", sent));
            Reply reply =
                server.get("/sparkui/app-1/from/", "X-Forwarded-Host", "portal.example.org");
            assertThat(reply.headers("Location")).as(sent).containsExactly(received);
          });
    }
  }

  private static Forwarded forward(Container container, String parameter, String value)
      throws Exception {
    try (FakeDriver driver = new FakeDriver(ID);
        EmbeddedHistoryServer server =
            container.start(
                new HistoryServerPlan().drivers(driver.address()).parameter(parameter, value))) {
      OneLiveApplication.awaitLive(server, 1);
      driver.respond(
          "/jobs/",
          Response.of(
              200,
              "a page",
              "Set-Cookie",
              "session=3",
              "Set-Cookie",
              "other=4",
              "WWW-Authenticate",
              "Bearer"));
      Reply reply =
          server.get(
              "/sparkui/" + ID + "/jobs/",
              "Cookie",
              COOKIES,
              "Authorization",
              "Bearer token",
              "Proxy-Authorization",
              "Basic secret");
      assertThat(reply.text()).isEqualTo("a page");
      return new Forwarded(driver.onlyRequest(), reply);
    }
  }

  private record Forwarded(ReceivedRequest request, Reply reply) {}
}
