// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.HostEnvironment.UiInfo;
import io.sparklive.spi.LogScan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the version, the title and the prefix of the History Server from its home page, as {@code
 * HistoryPage.scala} renders it. A page without these marks is another one, such as a login form.
 *
 * <p>Thread-safe.
 */
final class HomePageScraper {
  private static final Pattern VERSION =
      Pattern.compile("<span class=\"version[^>]*>\\s*([0-9][0-9A-Za-z.+-]{0,60})\\s*</span>");
  private static final Pattern SCRIPT =
      Pattern.compile("<script[^>]* src=\"([^\"]{0,1000})/static/historypage-common\\.js\"");

  private static final Pattern LAST_SCAN =
      Pattern.compile("id=\"last-updated\"[^>]*>\\s*([0-9]{1,18})\\s*<");
  private static final Pattern UNDER_PROCESS = Pattern.compile("([0-9]{1,9})\\s+event log\\(s\\)");
  private static final Pattern TITLE = Pattern.compile("<title>\\s*([^<]{1,1000}?)\\s*</title>");

  private volatile UiInfo uiInfo = new UiInfo("");
  private volatile Prefixes.@Nullable Setting prefix;

  /** The version and the title on the last home page. */
  UiInfo uiInfo() {
    return uiInfo;
  }

  /** The prefix of the links on the last home page, if there is one. */
  Optional<Prefixes.Setting> prefix() {
    return Optional.ofNullable(prefix);
  }

  /**
   * Stores the information on a page, if it is the History Server's home page.
   *
   * @param html the response to a request without a prefix header
   * @return whether it is the home page
   */
  boolean learnFrom(String html) {
    Matcher script = SCRIPT.matcher(html);
    if (!script.find()) {
      return false;
    }
    Matcher version = VERSION.matcher(html);
    // The links then have the prefix of spark.ui.proxyBase, or of its environment variable.
    prefix =
        Optional.of(unescape(script.group(1)))
            .filter(path -> !path.isEmpty())
            .map(path -> new Prefixes.Setting("the prefix of the History Server's own links", path))
            .orElse(null);
    Matcher title = TITLE.matcher(html);
    uiInfo =
        new UiInfo(
            version.find() ? version.group(1) : "",
            title.find() ? unescape(title.group(1)) : UiInfo.DEFAULT_TITLE);
    return true;
  }

  /**
   * The last scan of event logs according to a home page; empty if the page has no scan.
   *
   * @param ahead how far the History Server's clock is ahead of the clock of this JVM
   */
  static Optional<LogScan> scan(String html, Duration ahead) {
    Matcher last = LAST_SCAN.matcher(html);
    if (!last.find()) {
      return Optional.empty();
    }
    Matcher underProcess = UNDER_PROCESS.matcher(html);
    // The Date header, by which the clocks are compared, has whole seconds.
    Instant began =
        Instant.ofEpochMilli(Long.parseLong(last.group(1))).minus(ahead).minusSeconds(1);
    return Optional.of(
        new LogScan(began, underProcess.find() ? Integer.parseInt(underProcess.group(1)) : 0));
  }

  /** Reverses the escaping of scala.xml.Utility. */
  private static String unescape(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }
}
