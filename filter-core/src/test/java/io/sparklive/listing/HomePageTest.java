// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static io.sparklive.listing.HomePage.Table.COMPLETED;
import static io.sparklive.listing.HomePage.Table.INCOMPLETE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.RunningTable;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With pages of real History Servers: {@code incomplete}, {@code completed}, {@code prefixed}. */
class HomePageTest {
  private static final String HTML = "text/html;charset=utf-8";
  private static final Links PLAIN = new Links("", "/sparkui");

  private final RecordedResponse response = new RecordedResponse();

  private static String page(String version, String kind) throws IOException {
    String name = "home-" + version + "-" + kind + ".html";
    try (InputStream file = HomePageTest.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), UTF_8);
    }
  }

  private String sent(String page, Links links, boolean incomplete) throws IOException {
    return sent(page, links, incomplete ? INCOMPLETE : COMPLETED);
  }

  private String sent(String page, Links links, HomePage.@Nullable Table table) throws IOException {
    HomePage home = new HomePage(response, links, table);
    home.setContentType(HTML);
    home.getWriter().write(page);
    home.finish();
    return response.text();
  }

  /** The page with the running table where its content begins. */
  private static String withRunningTable(String page, Links links) {
    int content = page.lastIndexOf("<script", page.indexOf("historypage-common.js"));
    return page.substring(0, content)
        + RunningTable.html(links, RunningTable.Page.HOME)
        + page.substring(content);
  }

  /** Removes what differs between any two pages of one History Server. */
  private static String withoutTimes(String page) {
    return page.replaceAll("id=\"last-updated\">[0-9]+", "id=\"last-updated\">")
        .replaceAll("nonce=\"[0-9a-f-]+\"", "nonce=\"\"")
        .replaceAll("\\s+", " ")
        .replace("> <", "><");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.2", "4.2.0"})
  void replacesEmptyTextByTable(String version) throws IOException {
    assertThat(withoutTimes(sent(page(version, "incomplete"), PLAIN, true)))
        .isEqualTo(withoutTimes(withRunningTable(page(version, "listing"), PLAIN)));
  }

  @Test
  void replacesEmptyTextByTableOnClassicPage() throws IOException {
    assertThat(withoutTimes(sent(page("3.5.6", "incomplete"), PLAIN, true)))
        .isEqualTo(withoutTimes(withRunningTable(page("3.5.6", "listing"), PLAIN)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.0.2", "4.2.0"})
  void replacesAdviceOnEventLogsByTable(String version) throws IOException {
    String sent = sent(page(version, "completed"), PLAIN, false);

    assertThat(sent)
        .containsOnlyOnce("<div id=\"history-summary\"></div>")
        .containsOnlyOnce("setAppLimit(2147483647)")
        .doesNotContain("No completed applications found!", "Did you specify")
        .contains("Show incomplete applications");
    assertThat(sent.substring(sent.indexOf("Show incomplete")))
        .isEqualTo(
            page(version, "completed")
                .substring(page(version, "completed").indexOf("Show incomplete")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.0.2", "4.2.0"})
  void keepsPrefixInTable(String version) throws IOException {
    assertThat(sent(page(version, "prefixed"), new Links("/hs", "/sparkui"), true))
        .contains("src=\"/hs/static/dataTables.rowsGroup.js\"", "\"/hs/static/historypage.js\"")
        .doesNotContain("\"/static/");
  }

  @Test
  void copiesNonceOfPageToModule() throws IOException {
    String page = page("4.2.0", "incomplete");
    String nonce = page.replaceAll("(?s).*?<script nonce=\"([^\"]+)\".*", "$1");

    assertThat(sent(page, PLAIN, true))
        .contains("<script type=\"module\" nonce=\"" + nonce + "\">\nimport {setAppLimit}");
    assertThat(nonce).matches("[0-9a-f-]{36}");
  }

  @Test
  void writesNoNonceIfPageHasNone() throws IOException {
    assertThat(sent(page("4.0.2", "incomplete"), PLAIN, true))
        .contains("<script type=\"module\">\nimport {setAppLimit}")
        .doesNotContain("nonce");
  }

  @Test
  void writesNoModulesOnClassicPage() throws IOException {
    String sent = sent(page("3.5.6", "incomplete"), PLAIN, true);

    assertThat(sent.substring(sent.indexOf("historypage-common.js")))
        .contains("history-summary")
        .doesNotContain("module", "import");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5.6, listing, true",
    "4.0.2, listing, true",
    "4.2.0, listing, true",
    "3.5.6, incomplete, false",
    "4.2.0, completed, true"
  })
  void addsNoTableOfOtherKind(String version, String kind, boolean incomplete) throws IOException {
    assertThat(sent(page(version, kind), PLAIN, incomplete))
        .isEqualTo(withRunningTable(page(version, kind), PLAIN));
  }

  @ParameterizedTest
  @CsvSource({
    "3.5.6, listing",
    "4.0.2, listing",
    "4.2.0, listing",
    "3.5.6, incomplete",
    "4.2.0, completed"
  })
  void putsRunningTableFirst(String version, String kind) throws IOException {
    assertThat(sent(page(version, kind), PLAIN, null))
        .isEqualTo(withRunningTable(page(version, kind), PLAIN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.0.2", "4.2.0"})
  void keepsPrefixInRunningTable(String version) throws IOException {
    assertThat(sent(page(version, "prefixed"), new Links("/hs", "/live"), null))
        .contains(
            "href=\"/hs/live/-/assets/live-history.css?", "src=\"/hs/live/-/assets/running.js?")
        .doesNotContain("\"/live/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.0.2", "4.2.0"})
  void escapesPrefixInHtmlAndScripts(String version) throws IOException {
    String sent = sent(page(version, "incomplete"), new Links("/a&copy/it's;$1,b", "/live"), true);

    assertThat(sent)
        .contains(
            "src=\"/a&amp;copy/it&#39;s;$1,b/live/-/assets/running.js?",
            "src=\"/a&amp;copy/it&#39;s;$1,b/static/dataTables.rowsGroup.js\"",
            "src=\"/a&amp;copy/it&#39;s;$1,b/static/historypage.js\"");
    if (!version.startsWith("3.")) {
      assertThat(sent)
          .contains("import {setAppLimit} from \"/a&copy/it's;$1,b/static/historypage.js\";");
    }
  }

  @Test
  void leavesOtherHtmlUnchanged() throws IOException {
    String page = "<html><body><h4>No incomplete applications found!</h4></body></html>";

    assertThat(sent(page, PLAIN, true)).isEqualTo(page);
  }

  @Test
  void setsLengthOfSentPage() throws IOException {
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.setContentType(HTML);
    String page = page("4.2.0", "incomplete").replace("History Server", "Größe 東京");
    home.setContentLength(page.getBytes(UTF_8).length);
    home.getOutputStream().write(page.getBytes(UTF_8));
    home.finish();

    assertThat(response.text()).contains("Größe 東京", "history-summary");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
  }

  @Test
  void sendsNothingBeforePageIsComplete() throws IOException {
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.setContentType(HTML);
    String page = page("4.2.0", "incomplete");
    int half = page.indexOf("incomplete applications found") + 5;
    home.getWriter().write(page.substring(0, half));
    home.getWriter().flush();
    home.flushBuffer();
    assertThat(response.bytes()).isEmpty();
    assertThat(response.isCommitted()).isFalse();

    home.getWriter().write(page.substring(half));
    home.finish();

    assertThat(response.text()).contains("history-summary").endsWith("</html>");
  }

  @Test
  void buffersSingleBytes() throws IOException {
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.setContentType(HTML);
    for (byte b : page("4.2.0", "incomplete").getBytes(UTF_8)) {
      home.getOutputStream().write(b);
    }
    assertThat(response.bytes()).isEmpty();
    home.finish();

    assertThat(response.text()).contains("history-summary");
  }

  @Test
  void dropsResetContent() throws IOException {
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.setContentType(HTML);
    home.getWriter().write("half a page");
    home.resetBuffer();
    home.getWriter().write("another");
    home.reset();
    home.setContentType(HTML);
    home.getWriter().write("a whole one");
    home.finish();

    assertThat(response.text()).isEqualTo("a whole one");
    assertThat(response.contentLength()).hasValue("a whole one".length());
  }

  @ParameterizedTest
  @CsvSource({"403, text/html;charset=utf-8", "500, text/html", "200, text/plain", "200, "})
  void leavesOtherResponsesUnchanged(int status, String type) throws IOException {
    String page = page("4.2.0", "incomplete");
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.setStatus(status);
    if (type != null) {
      home.setContentType(type);
    }
    home.getOutputStream().write(page.getBytes(UTF_8));
    home.finish();

    assertThat(response.text()).isEqualTo(page);
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.contentLength()).hasValue(page.getBytes(UTF_8).length);
  }

  @Test
  void leavesCommittedResponseUnchanged() throws IOException {
    HomePage home = new HomePage(response, PLAIN, INCOMPLETE);
    home.sendError(403);
    home.finish();

    assertThat(response.getStatus()).isEqualTo(403);
    assertThat(response.headers()).isEmpty();
  }
}
