package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.CatalogStatus;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.metrics.Merge;
import io.sparklive.metrics.Metrics;
import io.sparklive.routing.Links;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of applications: the History Server's answer, with ours in it. Where there is nothing to
 * add to it, request and response go on as they came, unwrapped.
 *
 * <p>Thread-safe.
 */
public final class ApplicationListMerger {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationListMerger.class);

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final InstantSource clock;
  private final Metrics metrics;

  /**
   * @param registry what is to be added
   * @param catalog what the History Server lists itself
   */
  public ApplicationListMerger(
      ApplicationRegistry registry, HistoryCatalog catalog, InstantSource clock, Metrics metrics) {
    this.registry = registry;
    this.catalog = catalog;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Answers {@code GET /api/v1/applications}. */
  public void serveList(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<MergePlan> plan = unlessItFails(() -> plan(request));
    if (plan.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    ListResponseWrapper spliced = new ListResponseWrapper(response, plan.get());
    chain.doFilter(asAsked(request), spliced);
    spliced.finish();
    boolean isAdded = spliced.isSpliced() && plan.get().hasAddedEntries();
    metrics.merged(isAdded ? Merge.ADDED : Merge.NOTHING);
  }

  /** Answers {@code GET} of the home page: it shows what is running now, too. */
  public void serveHomePage(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, Links links)
      throws IOException, ServletException {
    HomePage page = new HomePage(response, links, unlessItFails(() -> table(request)));
    chain.doFilter(asAsked(request), page);
    page.finish();
  }

  /** One elsewhere may answer later, or compressed; one at hand does neither behind a filter. */
  private HttpServletRequest asAsked(HttpServletRequest request) {
    return catalog.isAtHand() ? request : new SynchronousRequestWrapper(request);
  }

  private Optional<MergePlan> plan(HttpServletRequest request) {
    HistoryCatalog asked = catalog.askedBy(request);
    List<LiveApplication> applications = registry.all();
    Optional<MergePlan> plan =
        applications.isEmpty()
            ? Optional.empty()
            : ListQuery.parse(request.getQueryString())
                .map(query -> MergePlan.of(query, applications, asked, clock.instant()))
                .filter(any -> !any.isEmpty());
    if (plan.isEmpty()) {
      metrics.merged(Merge.NOTHING);
    }
    return plan;
  }

  private Optional<HomePage.Table> table(HttpServletRequest request) {
    boolean incomplete = "true".equalsIgnoreCase(request.getParameter("showIncomplete"));
    return hasAny(incomplete, catalog.askedBy(request))
        ? Optional.of(incomplete ? HomePage.Table.INCOMPLETE : HomePage.Table.COMPLETED)
        : Optional.empty();
  }

  private boolean hasAny(boolean running, HistoryCatalog asked) {
    return registry.all().stream()
        .filter(application -> application.state().isRunning() == running)
        .anyMatch(application -> isMissing(application.id(), asked));
  }

  /** The page says itself whether the History Server lists any of that kind. */
  private static boolean isMissing(ApplicationId id, HistoryCatalog asked) {
    return asked.isAtHand()
        ? asked.knowledgeOf(id) == CatalogStatus.UNKNOWN
        : !asked.isComplete(id);
  }

  /** What is added must never cost the History Server its own answer. */
  private <T> Optional<T> unlessItFails(Supplier<Optional<T>> supplier) {
    try {
      return supplier.get();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server's list goes out without what is running", e);
      metrics.merged(Merge.FAILED);
      return Optional.empty();
    }
  }
}
