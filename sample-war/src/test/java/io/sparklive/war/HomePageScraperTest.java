// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.HostEnvironment.UiInfo;
import io.sparklive.spi.LogScan;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HomePageScraperTest {
  private final HomePageScraper homePage = new HomePageScraper();

  // As HistoryPage.scala and UIUtils.scala render them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3.5.6|<span class=\"version\" style=\"margin-right: 15px;\">3.5.6</span>|"
            + "<script src=\"%s/static/historypage-common.js\"></script>",
        "4.0.2|<span class=\"version\" style=\"margin-right: 15px;\">4.0.2</span>|"
            + "<script type=\"module\" src=\"%s/static/historypage-common.js\"></script>",
        "4.2.0|<span class=\"version me-3\">4.2.0</span>|"
            + "<script type=\"module\" src=\"%s/static/historypage-common.js\"></script>"
      })
  void readsVersionAndPrefixOfEachSparkLine(String version, String span, String script) {
    assertThat(homePage.learnFrom(span + "\n" + script.formatted(""))).isTrue();
    assertThat(homePage.uiInfo()).isEqualTo(new UiInfo(version));
    assertThat(homePage.prefix()).isEmpty();

    assertThat(homePage.learnFrom(span + "\n" + script.formatted("/hs/x"))).isTrue();
    assertThat(homePage.uiInfo()).isEqualTo(new UiInfo(version));
    assertThat(homePage.prefix().map(Prefixes.Setting::value)).contains("/hs/x");

    assertThat(homePage.learnFrom(script.formatted("https://example.org/a&amp;b'c"))).isTrue();
    assertThat(homePage.prefix().map(Prefixes.Setting::value))
        .contains("https://example.org/a&b'c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<form action=\"/login\"><input name=\"password\"></form>",
        "<span class=\"version\">4.2.0</span>",
        "see /static/historypage-common.js"
      })
  void rejectsOtherPages(String html) {
    assertThat(homePage.learnFrom(html)).isFalse();
    assertThat(homePage.uiInfo()).isEqualTo(new UiInfo(""));
    assertThat(homePage.prefix()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "History Server, History Server",
    "Production, Production",
    "a &lt;b&gt; &amp;amp; &quot;c&quot;, a <b> &amp; \"c\""
  })
  void readsTheTitle(String html, String title) {
    String page = "<title>%s</title><script src=\"/static/historypage-common.js\">";
    assertThat(homePage.learnFrom(page.formatted(html))).isTrue();
    assertThat(homePage.uiInfo().title()).isEqualTo(title);
  }

  @Test
  void returnsEmptyVersionIfPageHasNone() {
    assertThat(homePage.learnFrom("<script src=\"/static/historypage-common.js\">")).isTrue();
    assertThat(homePage.uiInfo().sparkVersion()).isEmpty();
  }

  // As HistoryPage.scala renders it, from 3.5 to 4.3.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<p>Last updated: <span id=\"last-updated\">1770000000000</span></p>|0",
        "<p>Last updated: <span id=\"last-updated\">  1770000000000 </span></p>|0",
        "<span id=\"last-updated\">1770000000000</span><p>There are 12 event log(s) currently"
            + " being processed</p>|12"
      })
  void readsTheLastScan(String html, int underProcess) {
    assertThat(HomePageScraper.scan(html, Duration.ofSeconds(3)))
        .contains(new LogScan(Instant.ofEpochMilli(1_769_999_996_000L), underProcess));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<span id=\"last-updated\"></span>", "last-updated: 1770000000000"})
  void findsNoScanOnOtherPages(String html) {
    assertThat(HomePageScraper.scan(html, Duration.ZERO)).isEmpty();
  }
}
