package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A History Server that is served under a prefix. */
class PrefixFilterTest {
  private static final String FROM_HISTORY = "/history/app-20261121083600-0000/jobs/?a=b";

  /** The prefix comes with the request. */
  @Nested
  @ParameterizedClass
  @NewestContainer
  class FromAHeader extends OneLiveApplication {
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Context", "X-Forwarded-Prefix"})
    void isKeptInEveryLink(String header) {
      Reply toLive = server.get(FROM_HISTORY, header, "/spark-history/eu");
      assertThat(toLive.location()).isEqualTo("/spark-history/eu" + LIVE + "/jobs/?a=b");

      Reply slash = server.get(LIVE, header, "/spark-history/eu");
      assertThat(slash.location()).isEqualTo("/spark-history/eu" + LIVE + "/");

      Reply page = server.get("/sparkui/app-unknown/", header, "/spark-history/eu");
      assertThat(page.text())
          .contains("href=\"/spark-history/eu/?showIncomplete=true\"")
          .contains("href=\"/spark-history/eu/static/webui.css\"")
          .contains("src=\"/spark-history/eu/sparkui/-/assets/theme.js?")
          .doesNotContain("\"/static/");

      Reply home = server.get("/?showIncomplete=true", header, "/spark-history/eu");
      assertThat(home.text())
          .contains("\"/spark-history/eu/static/historypage.js\"")
          .contains("\"/spark-history/eu/sparkui/-/applications\"");

      server.get(LIVE + "/jobs/", header, "/spark-history/eu");
      assertThat(driver.onlyRequest().header("X-Forwarded-Context"))
          .isEqualTo("/spark-history/eu" + LIVE);
    }

    @Test
    void isThatOfTheContextWhereBothAreGiven() {
      Reply reply =
          server.get(
              FROM_HISTORY, "X-Forwarded-Prefix", "/prefix", "X-Forwarded-Context", "/context");

      assertThat(reply.location()).isEqualTo("/context" + LIVE + "/jobs/?a=b");
    }

    @Test
    void isIgnoredWhereItIsHostile() {
      for (String prefix :
          List.of(
              "//evil.example.org",
              "https://evil.example.org",
              "evil.example.org",
              "/a//b",
              "/a/",
              "/..",
              "/a/../b",
              "/./a",
              "/\"><script>alert(1)</script>",
              "/a b",
              "/a;b",
              "/%2f",
              "/a?b",
              "/a#b",
              "\\evil",
              "/a, /b")) {
        for (String header : List.of("X-Forwarded-Context", "X-Forwarded-Prefix")) {
          driver.forget();
          assertThat(server.get(FROM_HISTORY, header, prefix).location())
              .as(prefix)
              .isEqualTo(LIVE + "/jobs/?a=b");
          assertThat(server.get(LIVE + "/", header, prefix).location()).isEqualTo(LIVE + "/jobs/");
          assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo(LIVE);
          assertThat(server.get("/sparkui/app-unknown/", header, prefix).text())
              .contains("href=\"/static/webui.css\"")
              .doesNotContain("<script>alert");
        }
      }
    }
  }

  /** The prefix is {@code spark.ui.proxyBase}. */
  @Nested
  @ParameterizedClass
  @NewestContainer
  class FromTheConfiguration extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan().proxyBase("/configured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Context", "X-Forwarded-Prefix"})
    void winsOverEveryHeader(String header) {
      assertThat(server.get(FROM_HISTORY, header, "/other").location())
          .isEqualTo("/configured" + LIVE + "/jobs/?a=b");
      assertThat(server.get(LIVE + "/", header, "/other").location())
          .isEqualTo("/configured" + LIVE + "/jobs/");
      assertThat(driver.onlyRequest().header("X-Forwarded-Context"))
          .isEqualTo("/configured" + LIVE);
    }

    @Test
    void isKeptWithoutAnyHeader() {
      assertThat(server.get("/sparkui/").text()).contains("href=\"/configured/\"");
    }
  }

  /** Live UIs are under another base than usual. */
  @Nested
  @ParameterizedClass
  @NewestContainer
  class AnotherBase extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan().parameter("proxyBase", "/live/ui");
    }

    @Override
    protected String healthPath() {
      return "/live/ui/-/health";
    }

    @Test
    void isWhereLiveUisAre() {
      assertThat(server.get(FROM_HISTORY).location()).isEqualTo("/live/ui/" + ID + "/jobs/?a=b");
      assertThat(server.get("/live/ui/" + ID + "/").location())
          .isEqualTo("/live/ui/" + ID + "/jobs/");
      assertThat(server.get("/proxy/" + ID + "/jobs/").text()).isEqualTo("driver: GET /jobs/");
    }

    @Test
    void leavesTheUsualOneToTheHistoryServer() {
      assertThat(server.get(LIVE + "/jobs/").text()).contains("the home page");
    }
  }
}
