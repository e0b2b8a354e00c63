package io.sparklive.pages;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the History Server's own pages look like, as they changed with its version.
 *
 * @param sparkVersion its version, such as {@code 4.2.0}; what is no version looks like an old one
 * @param title its title, {@code spark.history.ui.title} from 4.0
 */
public record SparkTheme(String sparkVersion, String title) {
  /** The title of a History Server to which none was given. */
  public static final String USUAL_TITLE = "History Server";

  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})(?:[.-].*)?");

  /** That of a History Server with the usual title. */
  public SparkTheme(String sparkVersion) {
    this(sparkVersion, USUAL_TITLE);
  }

  /** The title of one of the filter's pages: a title that was given to the server is part of it. */
  String titleOf(String page) {
    return title.equals(USUAL_TITLE) ? page : page + " - " + title;
  }

  /** The name of the logo's file. */
  String logo() {
    return isFrom(4, 2) ? "spark-logo.svg" : "spark-logo-77x50px-hd.png";
  }

  /** Whether there is a dark theme: a person chooses it, or their system does. */
  boolean hasDarkTheme() {
    return isFrom(4, 2);
  }

  private boolean isFrom(int major, int minor) {
    Matcher numbers = NUMBERS.matcher(sparkVersion);
    if (!numbers.matches()) {
      return false;
    }
    int here = Integer.parseInt(numbers.group(1));
    return here > major || (here == major && Integer.parseInt(numbers.group(2)) >= minor);
  }
}
