package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes the links that a browser gets, under the prefix that it sees. They are paths, but where
 * the History Server's own links are absolute ({@code spark.ui.proxyBase}).
 *
 * @param prefix the part before every path of the History Server outside
 * @param base the base of live UIs
 */
public record Links(Prefix prefix, String base) {
  /** Links under a path. */
  public Links(String path, String base) {
    this(new Prefix("", path), base);
  }

  /** The same as paths alone, for headers: redirects and cookies. */
  public Links paths() {
    return new Links(prefix.path(), base);
  }

  /** The History Server's list. */
  public String home() {
    return prefix + "/";
  }

  /** The History Server's list of what runs. */
  public String running() {
    return prefix + "/?showIncomplete=true";
  }

  /** What is running now, as a page of its own. */
  public String overview() {
    return prefix + base + "/";
  }

  /** One of our own static files. */
  public String asset(String name) {
    return prefix + base + "/-/assets/" + name;
  }

  /** One of the History Server's static files. */
  public String sparkAsset(String name) {
    return prefix + "/static/" + name;
  }

  /** What the paths of an application's own pages begin with, under either base. */
  public List<String> livePages(ApplicationId id) {
    return Stream.of(base, Routes.REVERSE_PROXY_BASE)
        .map(any -> prefix.path() + any + "/" + id + "/")
        .toList();
  }

  /** Where the live UI of an application begins, without a slash at the end. */
  public String liveUi(ApplicationId id) {
    return prefix + base + "/" + id;
  }

  /**
   * The page of the history, or what stands for it, that a page of the live UI becomes once the
   * application is complete.
   *
   * @param page a path of the live UI, with its first slash
   * @param attempt the application's newest attempt, where it has attempts
   */
  public String afterTheEnd(ApplicationId id, Optional<String> attempt, String page) {
    if (page.startsWith("/static/") || page.startsWith("/api/")) {
      return prefix + page;
    }
    // There is nothing left to kill: back to where the link stood.
    String stillThere =
        Route.LiveUi.isKill(page) ? page.substring(0, page.indexOf('/', 1) + 1) : page;
    return history(id, attempt) + (stillThere.isEmpty() ? "/" : stillThere);
  }

  /**
   * The page of the history that shows what a page of the live UI shows, even while the application
   * is live.
   *
   * @param page a path of the live UI, with its first slash
   * @param attempt the application's newest attempt, where it has attempts
   * @param query the query with its question mark; empty where there is none
   */
  public String historyWhileLive(
      ApplicationId id, Optional<String> attempt, String page, String query) {
    return afterTheEnd(id, attempt, firstPage(page)) + HistoryChoice.addedTo(query);
  }

  /** Spark redirects from its root to this page, and drops the query. */
  private static String firstPage(String page) {
    return page.isEmpty() || page.equals("/") ? "/jobs/" : page;
  }

  /**
   * Where the history of an application begins, without a slash at the end.
   *
   * @param attempt one of its attempts. Its id comes from an event log or a driver, and can be any
   *     text. If it is no plain segment of a path, the link leads to the application instead.
   */
  public String history(ApplicationId id, Optional<String> attempt) {
    return prefix
        + "/history/"
        + id
        + attempt.filter(Routes::isPlain).map(plain -> "/" + plain).orElse("");
  }
}
