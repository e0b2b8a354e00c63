// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.routing.Links;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  private static final HttpServletRequest REQUEST = Requests.over("http");
  private static final Pages PAGES =
      new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL);

  private static final Links LINKS = new Links("", "/sparkui");
  private static final Message PLAIN =
      new Message(404, "No such page", "There is nothing here.", List.of(), Optional.empty());
  private static final Message HOSTILE =
      new Message(
          503,
          "<script>alert('title')</script>",
          "\"text\" & <img src=x onerror='alert(1)'>",
          List.of(new Message.Link("<b>link</b>", "/?a=b&c=\"'><script>")),
          Optional.of(2));

  private final RecordedResponse response = new RecordedResponse();

  @Test
  void writesTitleTextAndLinks() throws IOException {
    Message message =
        new Message(
            503,
            "The driver is starting",
            "The application app-1 has a driver, but the UI of the driver does not respond yet.",
            List.of(
                new Message.Link("Running applications", "/?showIncomplete=true"),
                new Message.Link("Completed applications", "/")),
            Optional.of(2));

    PAGES.writeHtml(REQUEST, response, message, LINKS);

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.text())
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .contains(
            "<title>The driver is starting</title>",
            "<h4>The driver is starting</h4>",
            "<p>The application app-1 has a driver, but the UI of the driver does not respond"
                + " yet.</p>",
            "<li><a href=\"/?showIncomplete=true\">Running applications</a></li>",
            "<li><a href=\"/\">Completed applications</a></li>")
        .endsWith("</html>\n");
  }

  @Test
  void setsCacheAndSecurityHeaders() throws IOException {
    PAGES.writeHtml(REQUEST, response, PLAIN, LINKS);

    assertThat(response.headers())
        .containsAllEntriesOf(
            Map.of(
                "Content-Type", "text/html;charset=utf-8",
                "Cache-Control", "no-store",
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "SAMEORIGIN",
                "X-XSS-Protection", "1; mode=block"))
        .doesNotContainKey("Retry-After");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
  }

  @Test
  void allowsOnlyOwnScripts() throws IOException {
    PAGES.writeHtml(REQUEST, response, PLAIN, LINKS);

    assertThat(response.header("Content-Security-Policy").orElseThrow().split("; "))
        .contains(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'");
    assertThat(response.text())
        .containsOnlyOnce("<script")
        .contains("<script src=\"/sparkui/-/assets/theme.js?")
        .doesNotContain("<style", " style=", "onload");
  }

  @Test
  void usesHistoryServerLayoutUnderPrefix() throws IOException {
    PAGES.writeHtml(REQUEST, response, PLAIN, new Links("/spark/history", "/live/ui"));

    assertThat(response.text())
        .contains(
            "href=\"/spark/history/static/bootstrap.min.css\"",
            "href=\"/spark/history/static/webui.css\"",
            "href=\"/spark/history/live/ui/-/assets/live-history.css?",
            "src=\"/spark/history/live/ui/-/assets/theme.js?",
            "<link rel=\"shortcut icon\" href=\"/spark/history/static/spark-logo.svg\"/>",
            "<h3><a href=\"/spark/history/\"><img class=\"spark-logo\" src=\"/spark/history/static/spark-logo.svg\"",
            "<span class=\"version\">4.2.0</span> History Server</a></h3>")
        .doesNotContain("href=\"/static", "src=\"/live");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.2.0"})
  void writesOverviewInLayoutOfSparkVersion(String version) throws IOException {
    Links links = new Links("/spark/history", "/live/ui");
    new Pages(() -> new SparkTheme(version), SecurityHeaders.USUAL)
        .writeOverview(REQUEST, response, links);

    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.text())
        .containsOnlyOnce(RunningTable.html(links, RunningTable.Page.OVERVIEW))
        .contains(
            "data-page=\"overview\"",
            "<noscript><p>This page needs JavaScript.",
            "<title>Running now</title>",
            "<link rel=\"stylesheet\" href=\"/spark/history/static/bootstrap.min.css\"/>",
            "<link rel=\"stylesheet\" href=\"/spark/history/static/webui.css\"/>",
            "<h3><a href=\"/spark/history/\">",
            "<span class=\"version\">" + version + "</span> History Server")
        .doesNotContain("refresh", "<style", " style=", "href=\"/static", "src=\"/live");
    assertThat(response.text().contains("theme.js")).isEqualTo(version.startsWith("4.2"));
    assertThat(response.header("Content-Security-Policy").orElseThrow())
        .contains("script-src 'self'", "connect-src 'self'", "frame-ancestors 'self'");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
  }

  @ParameterizedTest
  @CsvSource({
    "Production, Production",
    "History Server 2, History Server 2",
    "Größe <b> & \"x\", Größe &lt;b&gt; &amp; &quot;x&quot;"
  })
  void writesHistoryServerTitleOnEveryPage(String title, String html) throws IOException {
    Pages pages = new Pages(() -> new SparkTheme("4.2.0", title), SecurityHeaders.USUAL);
    pages.writeHtml(REQUEST, response, PLAIN, LINKS);
    RecordedResponse overview = new RecordedResponse();
    pages.writeOverview(REQUEST, overview, LINKS);

    assertThat(response.text())
        .contains(
            "<title>" + PLAIN.title() + " - " + html + "</title>",
            "<span class=\"version\">4.2.0</span> " + html + "</a></h3>");
    assertThat(overview.text())
        .contains(
            "<title>Running now - " + html + "</title>",
            "<span class=\"version\">4.2.0</span> " + html + "</a></h3>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.0.2", "4.1.1", "unknown", "4.2.0", "4.10.0-SNAPSHOT", "5.0"})
  void usesLogoAndThemesOfSparkVersion(String version) throws IOException {
    new Pages(() -> new SparkTheme(version), SecurityHeaders.USUAL)
        .writeHtml(REQUEST, response, PLAIN, LINKS);

    boolean old = version.matches("3.*|4[.][01][.].*|unknown");
    assertThat(response.text())
        .contains(old ? "/static/spark-logo-77x50px-hd.png" : "/static/spark-logo.svg")
        .contains("<span class=\"version\">" + version + "</span>");
    assertThat(response.text().contains("theme.js")).isEqualTo(!old);
  }

  @Test
  void refreshesPageIfRetryIsUseful() throws IOException {
    PAGES.writeHtml(REQUEST, response, HOSTILE, LINKS);

    assertThat(response.header("Retry-After")).contains("2");
    assertThat(response.text()).contains("<meta http-equiv=\"refresh\" content=\"2\"/>");
  }

  @Test
  void doesNotRefreshOtherPages() throws IOException {
    PAGES.writeHtml(REQUEST, response, PLAIN, LINKS);

    assertThat(response.header("Retry-After")).isEmpty();
    assertThat(response.text()).doesNotContain("refresh").doesNotContain("<ul>");
  }

  @Test
  void escapesUserText() throws IOException {
    PAGES.writeHtml(REQUEST, response, HOSTILE, LINKS);

    assertThat(response.text())
        .contains(
            "<title>&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;</title>",
            "<h4>&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;</h4>",
            "<p>&quot;text&quot; &amp; &lt;img src=x onerror=&#39;alert(1)&#39;&gt;</p>",
            "<a href=\"/?a=b&amp;c=&quot;&#39;&gt;&lt;script&gt;\">&lt;b&gt;link&lt;/b&gt;</a>")
        .doesNotContain("<script>", "<img src=x", "<b>");
  }

  @Test
  void writesUtf8() throws IOException {
    PAGES.writeHtml(
        REQUEST, response, new Message(404, "東京", "Größe 🚀", List.of(), Optional.empty()), LINKS);

    assertThat(response.text()).contains("<h4>東京</h4>", "<p>Größe 🚀</p>");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
  }

  @Test
  void writesMessageAsJson() throws IOException {
    PAGES.writeJson(REQUEST, response, HOSTILE);

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.headers())
        .containsAllEntriesOf(
            Map.of(
                "Content-Type", "application/json;charset=utf-8",
                "Cache-Control", "no-store",
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "SAMEORIGIN",
                "Retry-After", "2"));
    JsonObject body = JsonParser.parseString(response.text()).getAsJsonObject();
    assertThat(body.get("status").getAsInt()).isEqualTo(503);
    assertThat(body.get("error").getAsString()).isEqualTo(HOSTILE.title());
    assertThat(body.get("message").getAsString()).isEqualTo(HOSTILE.text());
    assertThat(body.keySet()).containsExactly("status", "error", "message");
    // Even if a browser treats it as a page.
    assertThat(response.text()).doesNotContain("<").endsWith("}\n");
  }

  @Test
  void writesJsonUnchanged() throws IOException {
    PAGES.writeJson(REQUEST, response, 200, "{\"name\":\"Größe\"}");

    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.bytes()).isEqualTo("{\"name\":\"Größe\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(response.contentLength()).hasValue(response.bytes().length);
    assertThat(response.headers())
        .containsEntry("Content-Type", "application/json;charset=utf-8")
        .containsEntry("Cache-Control", "no-store")
        .doesNotContainKey("Retry-After");
  }

  @Test
  void sendsTemporaryRedirect() {
    PAGES.redirect(REQUEST, response, "/sparkui/app-1/jobs/?id=0");

    assertThat(response.getStatus()).isEqualTo(302);
    assertThat(response.headers())
        .containsEntry("Location", "/sparkui/app-1/jobs/?id=0")
        .containsEntry("Cache-Control", "no-store")
        .containsEntry("Content-Length", "0");
    assertThat(response.bytes()).isEmpty();
  }
}
