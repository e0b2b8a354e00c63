// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.Prefix;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final Links PLAIN = new Links("", "/sparkui");
  private static final Links PREFIXED = new Links("/spark/history", "/live/ui");

  @Test
  void writesServerRelativePaths() {
    assertThat(PLAIN.home()).isEqualTo("/");
    assertThat(PLAIN.running()).isEqualTo("/?showIncomplete=true");
    assertThat(PLAIN.overview()).isEqualTo("/sparkui/");
    assertThat(PLAIN.asset("theme.js")).isEqualTo("/sparkui/-/assets/theme.js");
    assertThat(PLAIN.sparkAsset("webui.css")).isEqualTo("/static/webui.css");
    assertThat(PLAIN.liveUi(ID)).isEqualTo("/sparkui/app-1");
    assertThat(PLAIN.history(ID, Optional.empty())).isEqualTo("/history/app-1");
    assertThat(PLAIN.history(ID, Optional.of("2"))).isEqualTo("/history/app-1/2");
  }

  @Test
  void addsPrefixToEveryPath() {
    assertThat(PREFIXED.home()).isEqualTo("/spark/history/");
    assertThat(PREFIXED.running()).isEqualTo("/spark/history/?showIncomplete=true");
    assertThat(PREFIXED.overview()).isEqualTo("/spark/history/live/ui/");
    assertThat(PREFIXED.asset("theme.js")).isEqualTo("/spark/history/live/ui/-/assets/theme.js");
    assertThat(PREFIXED.sparkAsset("webui.css")).isEqualTo("/spark/history/static/webui.css");
    assertThat(PREFIXED.liveUi(ID)).isEqualTo("/spark/history/live/ui/app-1");
    assertThat(PREFIXED.history(ID, Optional.of("2"))).isEqualTo("/spark/history/history/app-1/2");
    assertThat(PREFIXED.correspondingHistory(ID, Optional.empty(), "/jobs/"))
        .isEqualTo("/spark/history/history/app-1/jobs/");
    assertThat(PREFIXED.correspondingHistory(ID, Optional.empty(), "/static/webui.css"))
        .isEqualTo("/spark/history/static/webui.css");
  }

  @ParameterizedTest
  @CsvSource({
    "'', /history/app-1/",
    "/, /history/app-1/",
    "/jobs/, /history/app-1/jobs/",
    "/stages/stage/, /history/app-1/stages/stage/",
    "/SQL/execution/, /history/app-1/SQL/execution/",
    "/executors, /history/app-1/executors",
    "/static/spark-dag-viz.js, /static/spark-dag-viz.js",
    "/api/v1/applications/app-1/jobs, /api/v1/applications/app-1/jobs",
    "/api/v1/version, /api/v1/version",
    "/statics/, /history/app-1/statics/",
    "/jobs/job/kill, /history/app-1/jobs/",
    "/jobs/job/kill/, /history/app-1/jobs/",
    "/jobs/job/kill/x, /history/app-1/jobs/",
    "/stages/stage/kill/, /history/app-1/stages/",
    "/jobs/job/killed, /history/app-1/jobs/job/killed",
    "/jobs/job/, /history/app-1/jobs/job/"
  })
  void mapsLiveUiPagesToHistoryPages(String page, String path) {
    assertThat(PLAIN.correspondingHistory(ID, Optional.empty(), page)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "'', /history/app-1/3/",
    "/jobs/, /history/app-1/3/jobs/",
    "/stages/stage/kill/, /history/app-1/3/stages/",
    "/static/webui.css, /static/webui.css",
    "/api/v1/version, /api/v1/version"
  })
  void mapsLiveUiPagesToNewestAttempt(String page, String path) {
    assertThat(PLAIN.correspondingHistory(ID, Optional.of("3"), page)).isEqualTo(path);
  }

  /** The attempt comes from an event log, and is part of the Location header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "../../sparkui/app-2/jobs/job/kill/?id=7",
        "%2e%2e",
        "1?a=b",
        "1#a",
        "1;a=b",
        "a\\b",
        "1\r\nSet-Cookie: a=b",
        " ",
        ""
      })
  void omitsInvalidAttempt(String attempt) {
    assertThat(PLAIN.correspondingHistory(ID, Optional.of(attempt), "/jobs/"))
        .isEqualTo("/history/app-1/jobs/");
    assertThat(PLAIN.history(ID, Optional.of("attempt_2-b")))
        .isEqualTo("/history/app-1/attempt_2-b");
  }

  @Test
  void listsLivePagesUnderAllBases() {
    assertThat(PREFIXED.livePages(new Route.LiveUi(ID, "/proxy/app-1", "/jobs/")))
        .containsExactly("/spark/history/live/ui/app-1/", "/spark/history/proxy/app-1/");
    assertThat(PREFIXED.livePages(new Route.LiveUi(ID, "/etl/nightly", "/jobs/")))
        .containsExactly(
            "/spark/history/live/ui/app-1/",
            "/spark/history/proxy/app-1/",
            "/spark/history/etl/nightly/");
  }

  @Test
  void areAbsoluteInPagesButNotInHeadersIfPrefixIsUrl() {
    Links links = new Links(new Prefix("https://example.org", "/shs"), "/sparkui");

    assertThat(links.home()).isEqualTo("https://example.org/shs/");
    assertThat(links.asset("theme.js"))
        .isEqualTo("https://example.org/shs/sparkui/-/assets/theme.js");
    assertThat(links.liveUi(ID)).isEqualTo("https://example.org/shs/sparkui/app-1");
    assertThat(links.paths().liveUi(ID)).isEqualTo("/shs/sparkui/app-1");
    assertThat(links.paths().history(ID, Optional.empty())).isEqualTo("/shs/history/app-1");
    assertThat(links.livePages(new Route.LiveUi(ID, "/sparkui/app-1", "/")))
        .containsExactly("/shs/sparkui/app-1/", "/shs/proxy/app-1/");
  }
}
