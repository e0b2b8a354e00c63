package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What crosses besides where {@code forwardCookies} or {@code forwardAuthorization} say so. */
class ConfiguredCrossingFilterTest {
  private static final String ID = "app-1";
  private static final String COOKIES = "theme=dark; session=1; session2=2; csrf=a=b";

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardCookiesOpensTheNamedCookies(Container container) throws Exception {
    Crossed crossed = cross(container, "forwardCookies", "session, csrf");

    assertThat(crossed.asked().header("Cookie")).isEqualTo("session=1; csrf=a=b");
    assertThat(crossed.reply().headers("Set-Cookie"))
        .containsExactly("session=3; Path=/sparkui/app-1");
    assertThat(crossed.asked().headers()).doesNotContainKey("authorization");
    assertThat(crossed.reply().header("WWW-Authenticate")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardCookiesOpensAllOfThemForAStar(Container container) throws Exception {
    Crossed crossed = cross(container, "forwardCookies", "*");

    assertThat(crossed.asked().header("Cookie")).isEqualTo(COOKIES);
    assertThat(crossed.asked().headers()).doesNotContainKey("authorization");
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardCookiesSendsNoCookieHeaderWhereNoneIsNamed(Container container) throws Exception {
    Crossed crossed = cross(container, "forwardCookies", "unknown");

    assertThat(crossed.asked().headers()).doesNotContainKey("cookie");
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void forwardAuthorizationOpensThatHeaderAlone(Container container) throws Exception {
    Crossed crossed = cross(container, "forwardAuthorization", "true");

    assertThat(crossed.asked().header("Authorization")).isEqualTo("Bearer token");
    assertThat(crossed.reply().header("WWW-Authenticate")).contains("Bearer");
    assertThat(crossed.asked().headers()).doesNotContainKeys("cookie", "proxy-authorization");
    assertThat(crossed.reply().header("Set-Cookie")).isEmpty();
  }

  private static Crossed cross(Container container, String parameter, String value)
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
      return new Crossed(driver.onlyRequest(), reply);
    }
  }

  private record Crossed(ReceivedRequest asked, Reply reply) {}
}
