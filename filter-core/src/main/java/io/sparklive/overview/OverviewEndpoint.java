// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import com.google.gson.stream.JsonWriter;
import io.sparklive.access.Caller;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.driver.ProgressPoller;
import io.sparklive.http.GzippedText;
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
import org.jspecify.annotations.Nullable;
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
  private static final Duration SHARED_TIME = Duration.ofMillis(200);
  // Each row beyond adds a millisecond: thousands are a load for browsers and for the filter.
  private static final int MAX_ROWS_AT_FULL_RATE = 1000;
  // The approximate length of an entry.
  private static final int CHARS_PER_ROW = 512;

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final CompletionCache completed = new CompletionCache();
  private final ViewPermissionCache permissions;
  private final ProgressPoller progress;
  private final InstantSource clock;
  private final InstantSource monotonicClock;
  private final Pages pages;
  private volatile @Nullable Shared shared;

  /**
   * @param registry the running applications
   * @param catalog the completed applications, which do not run, whatever their drivers report
   * @param permissions decides which applications a caller may view
   * @param progress polls the drivers of viewed applications
   * @param clock the wall-clock time
   * @param monotonicClock the clock of the applications' progress
   */
  public OverviewEndpoint(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      ViewPermissionCache permissions,
      ProgressPoller progress,
      InstantSource clock,
      InstantSource monotonicClock,
      Pages pages) {
    this.registry = registry;
    this.catalog = catalog;
    this.permissions = permissions;
    this.progress = progress;
    this.clock = clock;
    this.monotonicClock = monotonicClock;
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
    View view = new View(catalog.forCaller(request), caller, links);
    if (permissions.isUnrestricted()) {
      pages.writeJson(request, response, shared(view).text());
    } else {
      pages.writeJson(request, response, HttpServletResponse.SC_OK, render(view));
    }
  }

  /**
   * JSON that any user may see, rendered once for all requests at nearly the same time.
   *
   * @param links the links in the JSON
   * @param at when it was rendered
   */
  private record Shared(Links links, Instant at, GzippedText text) {
    boolean isFor(Links other, Instant now) {
      return links.equals(other) && now.isBefore(at.plus(SHARED_TIME));
    }
  }

  /** What the JSON depends on: the catalog as the caller sees it, the caller, and the links. */
  private record View(HistoryCatalog catalog, Caller caller, Links links) {}

  private Shared shared(View view) throws IOException {
    Shared latest = shared;
    return latest != null && latest.isFor(view.links(), monotonicClock.instant())
        ? latest
        : renderShared(view);
  }

  private synchronized Shared renderShared(View view) throws IOException {
    Instant now = monotonicClock.instant();
    Shared latest = shared;
    if (latest != null && latest.isFor(view.links(), now)) {
      return latest;
    }
    Shared rendered = new Shared(view.links(), now, GzippedText.of(render(view)));
    shared = rendered;
    return rendered;
  }

  private String render(View view) throws IOException {
    Instant now = monotonicClock.instant();
    List<LiveApplication> shown =
        registry.all().stream()
            .filter(application -> !completed.get(application.id(), view.catalog(), now))
            .sorted(NEWEST_FIRST)
            .toList();
    Set<ApplicationId> viewable =
        shown.stream()
            .filter(application -> permissions.checkView(view.caller(), application))
            .map(LiveApplication::id)
            .collect(Collectors.toSet());
    progress.markViewed(viewable);
    StringWriter text = new StringWriter(CHARS_PER_ROW * (shown.size() + 1));
    JsonWriter json = new JsonWriter(text);
    json.beginObject();
    json.name("asOf").value(clock.instant().toEpochMilli());
    json.name("refreshMillis").value(refreshInterval(shown.size()).toMillis());
    json.name("applications").beginArray();
    OverviewJson entries =
        new OverviewJson(
            json, view.links(), application -> hasOwnEntry(application, view.catalog()), now);
    for (LiveApplication application : shown) {
      if (viewable.contains(application.id())) {
        entries.write(application);
      } else {
        entries.writeAsListed(application);
      }
    }
    json.endArray().endObject();
    return text + "\n";
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
