package io.sparklive.pages;

import io.sparklive.routing.Links;

/** What a page needs to show what is running now: a place for it, which a script fills. */
public final class RunningTable {
  private RunningTable() {}

  /** Whose page it is. */
  public enum Place {
    /** The History Server's home page, where ended applications are in its own table. */
    HOME("home"),
    /** Our own page. */
    OVERVIEW("overview");

    private final String written;

    Place(String written) {
      this.written = written;
    }
  }

  /** The HTML, which is the same for everybody: the script asks for what they may see. */
  public static String html(Links links, Place place) {
    // Written with every home page: a format would be parsed each time.
    return "<link rel=\"stylesheet\" href=\""
        + Html.text(Assets.link(links, "live-history.css"))
        + "\"/>\n<section id=\"live-history\" data-place=\""
        + place.written
        + "\" aria-label=\"Running now\"></section>\n<script type=\"module\" src=\""
        + Html.text(Assets.link(links, "running.js"))
        + "\"></script>\n";
  }
}
