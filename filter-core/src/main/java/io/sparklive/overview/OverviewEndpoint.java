// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import com.google.gson.stream.JsonWriter;
import io.sparklive.access.Caller;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.LiveApplication;
import io.sparklive.driver.ProgressPoller;
import io.sparklive.pages.Pages;
import io.sparklive.routing.Links;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the overview of running applications: {@code <base>/} as a page, and {@code
 * <base>/-/applications} as JSON, which that page and the home page request periodically.
 *
 * <p>Thread-safe.
 */
public final class OverviewEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(OverviewEndpoint.class);
  private static final Comparator<LiveApplication> NEWEST_FIRST =
      Comparator.comparing((LiveApplication application) -> application.info().started())
          .reversed()
          .thenComparing(LiveApplication::id);
  // Drivers respond to a poll within this time in most cases.
  private static final int POLL_MILLIS = 300;
  // Each row beyond adds a millisecond: thousands are a load for browsers and for the filter.
  private static final int MAX_ROWS_AT_FULL_RATE = 1000;
  private static final String RECENTLY_ENDED = "recentlyEnded";
  // The approximate length of an entry.
  private static final int CHARS_PER_ROW = 768;

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final CompletionCache completed = new CompletionCache();
  private final ViewPermissionCache permissions;
  private final ProgressPoller progress;
  private final InstantSource clock;
  private final InstantSource monotonicClock;
  private final Pages pages;
  private final Duration recentlyEnded;
  private final boolean hasLogs;
  private final SharedResponse sharedRunning = new SharedResponse();
  private final SharedResponse sharedWithEnded = new SharedResponse();

  /**
   * @param registry the running and waiting applications
   * @param catalog the completed applications, which do not run, whatever their drivers report
   * @param permissions decides which applications a caller may view
   * @param progress polls the drivers of viewed applications
   * @param clock the wall-clock time
   * @param monotonicClock the clock of the applications' progress
   * @param recentlyEnded how long the JSON includes applications that ended
   * @param hasLogs whether the filter shows the logs of pods
   */
  public OverviewEndpoint(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      ViewPermissionCache permissions,
      ProgressPoller progress,
      InstantSource clock,
      InstantSource monotonicClock,
      Duration recentlyEnded,
      boolean hasLogs,
      Pages pages) {
    this.registry = registry;
    this.catalog = catalog;
    this.permissions = permissions;
    this.progress = progress;
    this.clock = clock;
    this.monotonicClock = monotonicClock;
    this.recentlyEnded = recentlyEnded;
    this.hasLogs = hasLogs;
    this.pages = pages;
  }

  /** Responds with the page. */
  public void servePage(HttpServletRequest request, HttpServletResponse response, Links links)
      throws IOException {
    pages.writeOverview(request, response, links);
  }

  /** Responds with the current state as JSON. */
  public void serveJson(
      HttpServletRequest request, HttpServletResponse response, Caller caller, Links links)
      throws IOException {
    boolean withEnded = "true".equals(request.getParameter(RECENTLY_ENDED));
    View view = new View(catalog.forCaller(request), caller, links, withEnded);
    if (permissions.isUnrestricted()) {
      SharedResponse shared = withEnded ? sharedWithEnded : sharedRunning;
      pages.writeJson(
          request, response, shared.get(links, monotonicClock.instant(), () -> render(view)));
    } else {
      pages.writeJson(request, response, HttpServletResponse.SC_OK, render(view));
    }
  }

  /**
   * What the JSON depends on: the catalog as the caller sees it, the caller, the links, and whether
   * it includes the applications that ended recently.
   */
  private record View(HistoryCatalog catalog, Caller caller, Links links, boolean withEnded) {}

  private String render(View view) throws IOException {
    Instant now = monotonicClock.instant();
    Instant wallClock = clock.instant();
    List<DiagnosedApplication> shown =
        registry.all().stream()
            .filter(application -> !completed.get(application.id(), view.catalog(), now))
            .sorted(NEWEST_FIRST)
            .map(application -> DiagnosedApplication.of(application, now))
            .toList();
    Set<ApplicationId> viewable =
        shown.stream()
            .map(DiagnosedApplication::application)
            .filter(application -> permissions.checkView(view.caller(), application))
            .map(LiveApplication::id)
            .collect(Collectors.toSet());
    progress.markViewed(viewable);
    List<EndedApplication> ended = registry.recentlyEnded(wallClock.minus(recentlyEnded));
    StringWriter text = new StringWriter(CHARS_PER_ROW * (shown.size() + 1));
    JsonWriter json = new JsonWriter(text);
    json.beginObject();
    json.name("asOf").value(wallClock.toEpochMilli());
    json.name("refreshMillis").value(refreshInterval(shown.size()).toMillis());
    json.name("totals");
    totals(shown).write(json, ended, recentlyEnded);
    OverviewJson entries =
        new OverviewJson(
            json,
            view.links(),
            hasLogs,
            application -> hasOwnEntry(application, view.catalog()),
            now,
            wallClock);
    json.name("applications").beginArray();
    for (DiagnosedApplication diagnosed : shown) {
      if (viewable.contains(diagnosed.application().id())) {
        entries.write(diagnosed.application(), diagnosed.diagnosis());
      } else {
        entries.writeAsListed(diagnosed.application());
      }
    }
    json.endArray();
    if (view.withEnded()) {
      writeEnded(entries, ended, view, now);
    }
    json.endObject();
    return text + "\n";
  }

  private static Totals totals(List<DiagnosedApplication> shown) {
    Totals totals = new Totals();
    shown.stream()
        .filter(diagnosed -> !diagnosed.application().state().isEnded())
        .forEach(totals::add);
    return totals;
  }

  private void writeEnded(
      OverviewJson entries, List<EndedApplication> ended, View view, Instant now)
      throws IOException {
    entries.json().name(RECENTLY_ENDED).beginArray();
    for (EndedApplication application : ended) {
      boolean isComplete = completed.get(application.id(), view.catalog(), now);
      entries.writeEnded(
          isComplete
              ? new EndedApplication(application.application(), EndedApplication.History.COMPLETE)
              : application,
          permissions.checkView(view.caller(), application.application()));
    }
    entries.json().endArray();
  }

  /** Reads the catalog only if the two kinds of entries would differ, which is rare. */
  private static boolean hasOwnEntry(LiveApplication application, HistoryCatalog catalog) {
    ApplicationInfo facts = application.info();
    if (facts.name().equals(facts.listedName()) && facts.user().equals(facts.listedUser())) {
      return false;
    }
    try {
      return catalog.isListed(application.id());
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Catalog lookup failed: application {}", application.id(), e);
      return false;
    }
  }

  private Duration refreshInterval(int rows) {
    return progress
        .untilNextPoll()
        .plusMillis(POLL_MILLIS)
        .plusMillis(Math.max(0, rows - MAX_ROWS_AT_FULL_RATE));
  }
}
