// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static java.util.Objects.requireNonNull;

import io.sparklive.pages.Assets;
import io.sparklive.pages.Cors;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The handler for each kind of route. Thread-safe. */
public final class RouteTable {
  private final Map<Class<?>, RouteHandler<Route>> handlers = new HashMap<>();

  private RouteTable() {}

  /**
   * Makes a table of these handlers.
   *
   * @param cors the origins whose scripts may read the JSON of the overview and of health
   */
  public static RouteTable of(
      WebContext context,
      Cors cors,
      ListingHandler lists,
      ApplicationHandler applications,
      OverviewHandler overview,
      SubmissionHandler submissions,
      LogsHandler logs,
      Endpoint health,
      Endpoint metrics) {
    ResponseWriter responses = context.responses();
    ReadOnlyHandlers readOnly = new ReadOnlyHandlers(responses, context.pages(), cors);
    AssetHandler assets = new AssetHandler(new Assets(context.pages()), responses);
    RouteTable table =
        new RouteTable()
            .on(Route.PassThrough.class, RouteTable::passThrough)
            .on(Route.Home.class, lists::handleHome)
            .on(Route.SparkApplicationList.class, lists::handleList)
            .on(Route.ApplicationApi.class, applications::handle)
            .on(Route.HistoryPage.class, applications::handle)
            .on(Route.LiveUi.class, applications::handle)
            .on(Route.Submission.class, readOnly.sameOrigin(submissions))
            .on(Route.OverviewPage.class, readOnly.sameOrigin(overview::handlePage))
            .on(Route.OverviewJson.class, readOnly.crossOrigin(overview::handleJson))
            .on(Route.LogPage.class, readOnly.sameOrigin(logs::handlePage))
            .on(Route.LogPods.class, readOnly.sameOrigin(logs::handlePods))
            .on(Route.LogText.class, readOnly.sameOrigin(logs::handleText))
            .on(Route.Health.class, readOnly.crossOrigin(RouteHandler.of(health)))
            .on(Route.Metrics.class, readOnly.sameOrigin(RouteHandler.of(metrics)))
            .on(Route.Asset.class, readOnly.sameOrigin(assets))
            .on(Route.NotFound.class, readOnly.sameOrigin(StatusPageHandler.notFound(responses)))
            .on(Route.Invalid.class, StatusPageHandler.invalidPath(responses));
    table.requireHandlers(Route.class);
    return table;
  }

  private static void passThrough(Route route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(exchange.request(), exchange.response());
  }

  private <R extends Route> RouteTable on(Class<R> kind, RouteHandler<? super R> handler) {
    handlers.put(
        kind, (route, exchange, chain) -> handler.handle(kind.cast(route), exchange, chain));
    return this;
  }

  /** Fails at the start, not at the first request, if a kind of route has no handler. */
  private void requireHandlers(Class<?> kind) {
    if (kind.isSealed()) {
      for (Class<?> subclass : kind.getPermittedSubclasses()) {
        requireHandlers(subclass);
      }
    } else if (!handlers.containsKey(kind)) {
      throw new IllegalStateException("no handler for " + kind);
    }
  }

  /** Calls the handler for the route of the request. */
  void handle(Exchange exchange, FilterChain chain) throws IOException, ServletException {
    Route route = exchange.route();
    requireNonNull(handlers.get(route.getClass())).handle(route, exchange, chain);
  }
}
