package io.sparklive.war;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.HostEnvironment.UiInfo;
import io.sparklive.spi.LogScan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the History Server's home page tells of it, as {@code HistoryPage.scala} renders it: a page
 * without these marks is none, but perhaps one to log in.
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
  private volatile Optional<Prefixes.Setting> prefix = Optional.empty();

  /** What the last home page told. */
  UiInfo uiInfo() {
    return uiInfo;
  }

  /** The prefix of the links on the last home page, if there is one. */
  Optional<Prefixes.Setting> prefix() {
    return prefix;
  }

  /**
   * Looks at a page that was asked for without naming a prefix.
   *
   * @return whether it is the History Server's home page
   */
  boolean isHomePage(String html) {
    Matcher script = SCRIPT.matcher(html);
    if (!script.find()) {
      return false;
    }
    Matcher version = VERSION.matcher(html);
    // Only spark.ui.proxyBase stands there then, or what takes its place in the environment.
    prefix =
        Optional.of(text(script.group(1)))
            .filter(path -> !path.isEmpty())
            .map(
                path -> new Prefixes.Setting("the prefix of the History Server's own links", path));
    Matcher title = TITLE.matcher(html);
    uiInfo =
        new UiInfo(
            version.find() ? version.group(1) : "",
            title.find() ? text(title.group(1)) : UiInfo.DEFAULT_TITLE);
    return true;
  }

  /**
   * The last scan of event logs that a home page tells of; empty where it tells of none.
   *
   * @param ahead how far the History Server's clock is ahead of the one here
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

  /** As scala.xml.Utility escapes text. */
  private static String text(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }
}
