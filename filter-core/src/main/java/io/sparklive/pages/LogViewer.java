// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import io.sparklive.application.ApplicationId;
import io.sparklive.routing.Links;

/** HTML for the log viewer: an empty section, which a script fills. */
final class LogViewer {
  private LogViewer() {}

  static String html(ApplicationId id, Links links) {
    return "<section id=\"live-history-logs\" data-id=\""
        + Html.escape(id.value())
        + "\" data-logs=\""
        + Html.escape(links.logs(id))
        + "\" data-application=\""
        + Html.escape(links.liveUi(id) + "/")
        + "\" aria-label=\"Logs\"></section>\n"
        + "<noscript><p>This page needs JavaScript. Without it, use the addresses in "
        + "docs/kubernetes.md.</p></noscript>\n"
        + "<script type=\"module\" src=\""
        + Html.escape(Assets.link(links, "logs.js"))
        + "\"></script>\n";
  }
}
