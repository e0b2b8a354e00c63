package io.sparklive.war;

import io.sparklive.Surroundings.Appearance;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the History Server's home page tells of it, as {@code HistoryPage.scala} renders it: a page
 * without these marks is none, but perhaps one to log in.
 *
 * <p>Thread-safe.
 */
final class SeenPage {
  private static final Pattern VERSION =
      Pattern.compile("<span class=\"version[^>]*>\\s*([0-9][0-9A-Za-z.+-]{0,60})\\s*</span>");
  private static final Pattern SCRIPT =
      Pattern.compile("<script[^>]* src=\"([^\"]{0,1000})/static/historypage-common\\.js\"");

  private volatile Appearance appearance = new Appearance("", Optional.empty());

  /** What the last home page told. */
  Appearance appearance() {
    return appearance;
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
    // Only spark.ui.proxyBase stands there then.
    Optional<String> prefix = Optional.of(script.group(1)).filter(text -> !text.isEmpty());
    appearance = new Appearance(version.find() ? version.group(1) : "", prefix);
    return true;
  }
}
