package io.sparklive.overview;

import com.google.gson.stream.JsonWriter;
import io.sparklive.access.Caller;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code <base>/}: what is running now, as a page; {@code <base>/-/applications}: the same as JSON,
 * which that page and the home page ask for again and again.
 *
 * <p>Thread-safe.
 */
public final class OverviewEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(OverviewEndpoint.class);
  private static final Comparator<LiveApplication> NEWEST_FIRST =
      Comparator.comparing((LiveApplication application) -> application.info().started())
          .reversed()
          .thenComparing(LiveApplication::id);
  // Drivers answer within this most of the time.
  private static final int ROUND_MILLIS = 300;
  private static final Duration SHARED = Duration.ofMillis(200);
  // A millisecond more for each row beyond: thousands are a burden to browsers and to us.
  private static final int SMOOTH_ROWS = 1000;
  // About as many characters has an entry.
  private static final int ROW = 512;

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final CompletionCache completed = new CompletionCache();
  private final ViewPermissionCache views;
  private final Attention attention;
  private final InstantSource clock;
  private final InstantSource steadyClock;
  private final Pages pages;
  private volatile Optional<Shared> shared = Optional.empty();

  /**
   * @param registry what runs
   * @param catalog what is complete, and so does not run, whatever is claimed
   * @param views who may see what
   * @param attention is told that somebody looks
   * @param clock what people take for the time
   * @param steadyClock the one by which drivers tell their progress
   */
  public OverviewEndpoint(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      ViewPermissionCache views,
      Attention attention,
      InstantSource clock,
      InstantSource steadyClock,
      Pages pages) {
    this.registry = registry;
    this.catalog = catalog;
    this.views = views;
    this.attention = attention;
    this.clock = clock;
    this.steadyClock = steadyClock;
    this.pages = pages;
  }

  /** Answers with the page. */
  public void servePage(HttpServletRequest request, HttpServletResponse response, Links links)
      throws IOException {
    pages.overview(request, response, links);
  }

  /** Answers with JSON, of what is known at this moment. */
  public void serveJson(
      HttpServletRequest request, HttpServletResponse response, Caller caller, Links links)
      throws IOException {
    Asked asked = new Asked(catalog.forCaller(request), caller, links);
    if (views.isUnrestricted()) {
      pages.json(request, response, shared(asked).text());
    } else {
      pages.json(request, response, HttpServletResponse.SC_OK, render(asked));
    }
  }

  /**
   * What everybody may see, rendered once for all who ask at nearly the same time.
   *
   * @param links those in it
   * @param at when that was
   */
  private record Shared(Links links, Instant at, GzippedText text) {
    boolean isFor(Links other, Instant now) {
      return links.equals(other) && now.isBefore(at.plus(SHARED));
    }
  }

  /** Who asks, what the History Server tells them, and how links read for them. */
  private record Asked(HistoryCatalog catalog, Caller caller, Links links) {}

  private Shared shared(Asked asked) throws IOException {
    Optional<Shared> known = shared.filter(s -> s.isFor(asked.links(), steadyClock.instant()));
    return known.isPresent() ? known.get() : renderShared(asked);
  }

  private synchronized Shared renderShared(Asked asked) throws IOException {
    Instant now = steadyClock.instant();
    Optional<Shared> meanwhile = shared.filter(s -> s.isFor(asked.links(), now));
    if (meanwhile.isPresent()) {
      return meanwhile.get();
    }
    Shared rendered = new Shared(asked.links(), now, GzippedText.of(render(asked)));
    shared = Optional.of(rendered);
    return rendered;
  }

  private String render(Asked asked) throws IOException {
    Instant now = steadyClock.instant();
    List<LiveApplication> shown =
        registry.all().stream()
            .filter(application -> !completed.mayHold(application.id(), asked.catalog(), now))
            .sorted(NEWEST_FIRST)
            .toList();
    Set<ApplicationId> viewable =
        shown.stream()
            .filter(application -> views.checkView(asked.caller(), application))
            .map(LiveApplication::id)
            .collect(Collectors.toSet());
    attention.to(viewable);
    StringWriter text = new StringWriter(ROW * (shown.size() + 1));
    JsonWriter json = new JsonWriter(text);
    json.beginObject();
    json.name("asOf").value(clock.instant().toEpochMilli());
    json.name("refreshMillis").value(untilNews(shown.size()).toMillis());
    json.name("applications").beginArray();
    OverviewJson entries =
        new OverviewJson(
            json, asked.links(), application -> hasOwnEntry(application, asked.catalog()), now);
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
      LOG.debug("The catalog failed for {}", application.id(), e);
      return false;
    }
  }

  private Duration untilNews(int rows) {
    return attention
        .untilNextRound()
        .plusMillis(ROUND_MILLIS)
        .plusMillis(Math.max(0, rows - SMOOTH_ROWS));
  }
}
