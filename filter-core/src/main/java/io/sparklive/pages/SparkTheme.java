// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import io.sparklive.spi.HostEnvironment;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Appearance of the History Server's own pages, which depends on its version.
 *
 * @param sparkVersion its version, such as {@code 4.2.0}; an invalid version counts as an old one
 * @param title its title, {@code spark.history.ui.title} from 4.0
 */
public record SparkTheme(String sparkVersion, String title) {
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})(?:[.-].*)?");

  /** The theme of a History Server with the default title. */
  public SparkTheme(String sparkVersion) {
    this(sparkVersion, HostEnvironment.UiInfo.DEFAULT_TITLE);
  }

  /** The theme of the pages of this History Server. */
  public static SparkTheme of(HostEnvironment.UiInfo uiInfo) {
    return new SparkTheme(uiInfo.sparkVersion(), uiInfo.title());
  }

  /**
   * The title of one of the filter's pages; includes the server's title if it is not the default.
   */
  String titleOf(String page) {
    return title.equals(HostEnvironment.UiInfo.DEFAULT_TITLE) ? page : page + " - " + title;
  }

  /** The file name of the logo. */
  String logo() {
    return isAtLeast(4, 2) ? "spark-logo.svg" : "spark-logo-77x50px-hd.png";
  }

  /** Whether there is a dark theme, which the user or their operating system chooses. */
  boolean hasDarkTheme() {
    return isAtLeast(4, 2);
  }

  private boolean isAtLeast(int major, int minor) {
    Matcher numbers = NUMBERS.matcher(sparkVersion);
    if (!numbers.matches()) {
      return false;
    }
    int actualMajor = Integer.parseInt(numbers.group(1));
    return actualMajor > major
        || (actualMajor == major && Integer.parseInt(numbers.group(2)) >= minor);
  }
}
