// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds the links for one browser, under the prefix that it sees. They are paths; if the History
 * Server's own links are absolute ({@code spark.ui.proxyBase}), these are too.
 *
 * @param prefix the prefix of every path of the History Server, as the browser sees it
 * @param base the base path of live UIs
 */
public record Links(Prefix prefix, String base) {
  /** Links under a prefix that is a path. */
  public Links(String path, String base) {
    this(new Prefix("", path), base);
  }

  /** The same links as paths, for headers: redirects and cookies. */
  public Links paths() {
    return new Links(prefix.path(), base);
  }

  /** The home page of the History Server. */
  public String home() {
    return prefix + "/";
  }

  /** The home page of the History Server with its list of incomplete applications. */
  public String running() {
    return prefix + "/?showIncomplete=true";
  }

  /** The overview of running applications. */
  public String overview() {
    return prefix + base + "/";
  }

  /** A static file of the filter. */
  public String asset(String name) {
    return prefix + base + "/-/assets/" + name;
  }

  /** A static file of the History Server. */
  public String sparkAsset(String name) {
    return prefix + "/static/" + name;
  }

  /**
   * The prefixes of the paths of an application's live pages: under both bases, and under the root
   * of this route, which may be the driver's own base.
   */
  public List<String> livePages(Route.LiveUi route) {
    return Stream.of(
            base + "/" + route.id(), Routes.REVERSE_PROXY_BASE + "/" + route.id(), route.root())
        .distinct()
        .map(root -> prefix.path() + root + "/")
        .toList();
  }

  /** The root of the live UI of an application, without a slash at the end. */
  public String liveUi(ApplicationId id) {
    return prefix + base + "/" + id;
  }

  /** The log viewer of an application. */
  public String logs(ApplicationId id) {
    return prefix + base + "/-/logs/" + id;
  }

  /**
   * The page of the History Server that corresponds to a page of the live UI, once the application
   * is complete.
   *
   * @param attempt the newest attempt of the application, if it has attempts
   * @param page a path of the live UI, with its first slash
   */
  public String correspondingHistory(ApplicationId id, Optional<String> attempt, String page) {
    if (page.startsWith("/static/") || page.startsWith("/api/")) {
      return prefix + page;
    }
    // Nothing is left to kill: this is the page with the link.
    String existing =
        Route.LiveUi.isKill(page) ? page.substring(0, page.indexOf('/', 1) + 1) : page;
    return history(id, attempt) + (existing.isEmpty() ? "/" : existing);
  }

  /**
   * The history page that corresponds to a page of the live UI, with the choice to see it even
   * while the application is live.
   *
   * @param attempt the newest attempt of the application, if it has attempts
   * @param page a path of the live UI, with its first slash
   * @param query the query with its question mark; empty if there is none
   */
  public String historyWhileLive(
      ApplicationId id, Optional<String> attempt, String page, String query) {
    return correspondingHistory(id, attempt, firstPage(page)) + HistoryChoice.addedTo(query);
  }

  /** The page to which Spark redirects from its root; that redirect drops the query. */
  private static String firstPage(String page) {
    return page.isEmpty() || page.equals("/") ? "/jobs/" : page;
  }

  /**
   * The root of the history of an application, without a slash at the end.
   *
   * @param attempt one of its attempts. The id comes from an event log or a driver, and can be any
   *     text. If it is no plain segment of a path, the link leads to the application instead.
   */
  public String history(ApplicationId id, Optional<String> attempt) {
    return prefix
        + "/history/"
        + id
        + attempt.filter(Routes::isPlain).map(plain -> "/" + plain).orElse("");
  }
}
