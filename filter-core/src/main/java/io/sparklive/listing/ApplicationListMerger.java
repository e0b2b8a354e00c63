// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.metrics.MergeResult;
import io.sparklive.metrics.Metrics;
import io.sparklive.routing.Links;
import io.sparklive.spi.HistoryCatalog;
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
 * Merges the applications that discovery has found into the History Server's list. If there is
 * nothing to add, request and response pass unwrapped.
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
   * @param registry the applications that the filter adds
   * @param catalog the applications that the History Server lists itself
   */
  public ApplicationListMerger(
      ApplicationRegistry registry, HistoryCatalog catalog, InstantSource clock, Metrics metrics) {
    this.registry = registry;
    this.catalog = catalog;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Handles {@code GET /api/v1/applications}. */
  public void serveList(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<MergePlan> plan = emptyOnFailure(() -> plan(request));
    if (plan.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    ListResponseWrapper wrapper = new ListResponseWrapper(response, plan.get());
    chain.doFilter(forMerging(request), wrapper);
    wrapper.finish();
    boolean isAdded = wrapper.isSpliced() && plan.get().hasAddedEntries();
    metrics.merged(isAdded ? MergeResult.MERGED : MergeResult.UNCHANGED);
  }

  /** Handles {@code GET} of the home page: adds the table of running applications. */
  public void serveHomePage(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, Links links)
      throws IOException, ServletException {
    HomePage page =
        new HomePage(response, links, emptyOnFailure(() -> table(request)).orElse(null));
    chain.doFilter(forMerging(request), page);
    page.finish();
  }

  /**
   * The request for the History Server. A remote one may respond asynchronously or compressed; a
   * local one does neither behind a filter.
   */
  private HttpServletRequest forMerging(HttpServletRequest request) {
    return catalog.isLocal() ? request : new SynchronousRequestWrapper(request);
  }

  private Optional<MergePlan> plan(HttpServletRequest request) {
    HistoryCatalog callerCatalog = catalog.forCaller(request);
    List<LiveApplication> applications = registry.all();
    Optional<MergePlan> plan =
        applications.isEmpty()
            ? Optional.empty()
            : ListQuery.parse(request.getQueryString())
                .map(query -> MergePlan.of(query, applications, callerCatalog, clock.instant()))
                .filter(any -> !any.isEmpty());
    if (plan.isEmpty()) {
      metrics.merged(MergeResult.UNCHANGED);
    }
    return plan;
  }

  private Optional<HomePage.Table> table(HttpServletRequest request) {
    boolean isIncomplete = "true".equalsIgnoreCase(request.getParameter("showIncomplete"));
    return hasUnlisted(isIncomplete, catalog.forCaller(request))
        ? Optional.of(isIncomplete ? HomePage.Table.INCOMPLETE : HomePage.Table.COMPLETED)
        : Optional.empty();
  }

  /**
   * Whether the filter has an application of this kind that the History Server may not list. If the
   * History Server lists another one, its page has the table anyway. The running table has the
   * applications whose driver waits, too.
   */
  private boolean hasUnlisted(boolean isIncomplete, HistoryCatalog callerCatalog) {
    return registry.all().stream()
        .filter(application -> application.state().isEnded() != isIncomplete)
        .map(LiveApplication::id)
        .anyMatch(callerCatalog::mayBeUnlisted);
  }

  /** A failure of the filter must never cost the History Server its own response. */
  private <T> Optional<T> emptyOnFailure(Supplier<Optional<T>> supplier) {
    try {
      return supplier.get();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("List of the History Server sent without running applications: the merge failed", e);
      metrics.merged(MergeResult.FAILED);
      return Optional.empty();
    }
  }
}
