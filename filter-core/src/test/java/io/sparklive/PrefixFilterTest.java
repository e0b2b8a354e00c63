// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.LoggedLines;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.FakeDriver;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A History Server that is served under a prefix. */
class PrefixFilterTest {
  private static final String APP = "app-20261121083600-0000";
  private static final String FROM_HISTORY = "/history/app-20261121083600-0000/jobs/?a=b";

  /** The filter logs only the first prefixes, so this test has a server of its own. */
  @Nested
  @ParameterizedClass
  @NewestContainer
  class IgnoredPrefixes extends OneLiveApplication {
    @Test
    void areLoggedOnce() throws Exception {
      try (LoggedLines log = new LoggedLines()) {
        for (String path : List.of("/", "/history/x/jobs/", "/sparkui/", "/")) {
          server.get(path, "X-Forwarded-Context", "/logged once");
        }
        assertThat(log.with("X-Forwarded-Context is \"/logged once\"")).hasSize(1);
      }
    }
  }

  /** The prefix is in a header of the request. */
  @Nested
  @ParameterizedClass
  @NewestContainer
  class FromAHeader extends OneLiveApplication {
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Context", "X-Forwarded-Prefix"})
    void addsPrefixToEveryLink(String header) {
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
          .contains("\"/spark-history/eu/sparkui/-/assets/running.js?");

      server.get(LIVE + "/jobs/", header, "/spark-history/eu");
      assertThat(driver.onlyRequest().header("X-Forwarded-Context"))
          .isEqualTo("/spark-history/eu" + LIVE);
    }

    @Test
    void prefersForwardedContextToForwardedPrefix() {
      Reply reply =
          server.get(
              FROM_HISTORY, "X-Forwarded-Prefix", "/prefix", "X-Forwarded-Context", "/context");

      assertThat(reply.location()).isEqualTo("/context" + LIVE + "/jobs/?a=b");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/user/jo@example.org/proxy/23080",
          "/user/jo%40example.org",
          "/a+b:c,d",
          "/a=b*(c)!$d~",
          "/it's",
          "/a&copy/b",
          "/a;b"
        })
    void acceptsEveryPathSegmentCharacter(String prefix) {
      for (String header : List.of("X-Forwarded-Context", "X-Forwarded-Prefix")) {
        assertThat(server.get(FROM_HISTORY, header, prefix).location())
            .isEqualTo(prefix + LIVE + "/jobs/?a=b");
        assertThat(server.get(LIVE + "/", header, prefix).location())
            .isEqualTo(prefix + LIVE + "/jobs/");

        String html = prefix.replace("&", "&amp;").replace("'", "&#39;");
        assertThat(server.get("/sparkui/app-unknown/", header, prefix).text())
            .contains(
                "href=\"" + html + "/static/webui.css\"",
                "href=\"" + html + "/\"",
                "href=\"" + html + "/?showIncomplete=true\"",
                "src=\"" + html + "/sparkui/-/assets/theme.js?");
        assertThat(server.get("/", header, prefix).text())
            .contains("src=\"" + html + "/sparkui/-/assets/running.js?");
        String json = server.get("/sparkui/-/applications", header, prefix).text();
        assertThat(JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("applications"))
            .extracting(application -> application.getAsJsonObject().get("link").getAsString())
            .containsExactly(prefix + LIVE + "/");
      }
    }

    /** Spark writes it into a script, between single quotes. */
    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '"',
        value = {
          "/jo@example.org,  /jo@example.org",
          "/a');alert(1);(', /a%27);alert(1);(%27",
          "/a&b,             /a%26b",
          "/a/,              /a"
        })
    void encodesPrefixForDriverScripts(String prefix, String forwarded) {
      server.get(LIVE + "/jobs/", "X-Forwarded-Context", prefix);

      assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo(forwarded + LIVE);
    }

    @Test
    void dropsTrailingSlash() {
      assertThat(server.get(FROM_HISTORY, "X-Forwarded-Context", "/shs/").location())
          .isEqualTo("/shs" + LIVE + "/jobs/?a=b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jo@example.org/a%2Bb", "/jo%40example.org/a+b"})
    void comparesEncodedPrefixesInKillCheck(String prefix) {
      String[] headers = {
        "X-Forwarded-Context", "/jo@example.org/a+b",
        "Sec-Fetch-Site", "same-origin",
        "Referer", "http://127.0.0.1:" + server.port() + prefix + LIVE + "/jobs/"
      };

      assertThat(server.get(LIVE + "/jobs/job/kill/?id=1", headers).status()).isEqualTo(302);
      headers[5] = headers[5].replace(ID, "app-other");
      assertThat(server.get(LIVE + "/jobs/job/kill/?id=1", headers).status()).isEqualTo(403);
    }

    @Test
    void ignoresHostilePrefix() {
      for (String prefix :
          List.of(
              "//evil.example.org",
              "https://evil.example.org",
              "evil.example.org",
              "/a//b",
              "/a//",
              "/..",
              "/a/../b",
              "/./a",
              "/\"><script>alert(1)</script>",
              "/a b",
              "/%2e%2E",
              "/a%2",
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
    void overridesEveryHeader(String header) {
      assertThat(server.get(FROM_HISTORY, header, "/other").location())
          .isEqualTo("/configured" + LIVE + "/jobs/?a=b");
      assertThat(server.get(LIVE + "/", header, "/other").location())
          .isEqualTo("/configured" + LIVE + "/jobs/");
      assertThat(driver.onlyRequest().header("X-Forwarded-Context"))
          .isEqualTo("/configured" + LIVE);
    }

    @Test
    void appliesWithoutAnyHeader() {
      assertThat(server.get("/sparkui/").text()).contains("href=\"/configured/\"");
    }
  }

  /** {@code spark.ui.proxyBase} in the forms that Spark accepts. */
  @Nested
  class InFormsOfSpark {
    private static final String[] OTHER = {"X-Forwarded-Context", "/other"};

    @ParameterizedTest
    @CsvSource({
      // spark.ui.proxyBase, in pages, in headers
      "/shs/,                       /shs,                     /shs",
      "https://example.org/shs/,    https://example.org/shs,  /shs",
      "http://shs.example.org:8080, http://shs.example.org:8080, ''",
      "'',                          '',                       ''",
      "/a b,                        /other,                   /other",
      "//example.org/shs,           /other,                   /other"
    })
    void usesProxyBaseInPagesAndHeaders(String proxyBase, String inPages, String inHeaders)
        throws Exception {
      try (LoggedLines log = new LoggedLines();
          FakeDriver driver = new FakeDriver(APP);
          EmbeddedHistoryServer server =
              Container.EE10.start(
                  new HistoryServerPlan().proxyBase(proxyBase).drivers(driver.address()))) {
        boolean isUsed = !inHeaders.equals("/other");
        assertThat(log.with("spark.ui.proxyBase is \"" + proxyBase + "\"")).hasSize(isUsed ? 0 : 1);
        OneLiveApplication.awaitLive(server, 1);
        String live = "/sparkui/" + APP;

        assertThat(server.get("/sparkui/", OTHER).text())
            .contains(
                "href=\"" + inPages + "/static/webui.css\"",
                "src=\"" + inPages + "/sparkui/-/assets/running.js?");
        assertThat(server.get("/sparkui/-/applications", OTHER).text())
            .contains("\"" + inPages + live + "/\"");
        assertThat(server.get(FROM_HISTORY, OTHER).location())
            .isEqualTo(inHeaders + live + "/jobs/?a=b");
        assertThat(server.get(live, OTHER).location()).isEqualTo(inHeaders + live + "/");
        driver.forget();
        server.get(live + "/storage/", OTHER);
        assertThat(driver.requests())
            .filteredOn(request -> request.target().equals("/storage/"))
            .extracting(request -> request.header("X-Forwarded-Context"))
            .containsExactly(inHeaders + live);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/live/history", "/team/proxy/shs"})
    void warnsAtStartOfProxyBaseThatBreaksSparkScripts(String proxyBase) throws Exception {
      try (LoggedLines log = new LoggedLines();
          EmbeddedHistoryServer server =
              Container.EE10.start(new HistoryServerPlan().proxyBase(proxyBase))) {
        assertThat(log.with("some tables of Spark's pages stay empty: spark.ui.proxyBase is"))
            .singleElement()
            .satisfies(line -> assertThat(line).contains("WARN", proxyBase));
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get("/sparkui/").text())
                        .contains("<section", "href=\"" + proxyBase + "/\""));
      }
    }

    @Test
    void encodesSemicolonInCookiePath() throws Exception {
      HistoryServerPlan plan =
          new HistoryServerPlan().proxyBase("/a;b").lists(APP, CatalogStatus.COMPLETE);
      try (EmbeddedHistoryServer server = Container.EE10.start(plan)) {
        await().until(() -> server.get("/sparkui/" + APP + "/").status() == 302);
        Reply ended = server.get("/sparkui/" + APP + "/");
        assertThat(ended.location()).isEqualTo("/a;b/history/" + APP + "/");
        assertThat(ended.header("Set-Cookie").orElse(""))
            .contains("; Path=/a%3Bb/history/" + APP + "; Max-Age=");
      }
    }
  }

  /** Live UIs have another base path than the default. */
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
    void servesLiveUisUnderConfiguredBase() {
      assertThat(server.get(FROM_HISTORY).location()).isEqualTo("/live/ui/" + ID + "/jobs/?a=b");
      assertThat(server.get("/live/ui/" + ID + "/").location())
          .isEqualTo("/live/ui/" + ID + "/jobs/");
      assertThat(server.get("/proxy/" + ID + "/jobs/").text()).isEqualTo("driver: GET /jobs/");
    }

    @Test
    void passesDefaultBaseToHistoryServer() {
      assertThat(server.get(LIVE + "/jobs/").text()).contains("the home page");
    }
  }
}
