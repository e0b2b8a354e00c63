// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import io.sparklive.routing.Links;

/** HTML for the table of running applications: an empty section, which a script fills. */
public final class RunningTable {
  private RunningTable() {}

  /** The page that contains the table. */
  public enum Page {
    /** The History Server's home page, which has its own table of ended applications. */
    HOME("home", ""),
    /** The overview page of the filter. */
    OVERVIEW(
        "overview",
        "<noscript><p>This page needs JavaScript. Without it, use the REST API:"
            + " <code>api/v1/applications?status=running</code>.</p></noscript>\n");

    private final String attribute;

    /** For a browser without scripts; Spark's own home page is empty there too. */
    private final String withoutScripts;

    Page(String attribute, String withoutScripts) {
      this.attribute = attribute;
      this.withoutScripts = withoutScripts;
    }
  }

  /**
   * The HTML, which is the same for all users: the script requests the applications that the user
   * may view.
   */
  public static String html(Links links, Page page) {
    // Every home page contains it: a format string would be parsed each time.
    return "<link rel=\"stylesheet\" href=\""
        + Html.escape(Assets.link(links, "live-history.css"))
        + "\"/>\n<section id=\"live-history\" data-page=\""
        + page.attribute
        + "\" aria-label=\"Running now\"></section>\n"
        + page.withoutScripts
        + "<script type=\"module\" src=\""
        + Html.escape(Assets.link(links, "running.js"))
        + "\"></script>\n";
  }
}
