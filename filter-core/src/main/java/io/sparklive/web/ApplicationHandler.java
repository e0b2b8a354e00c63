// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.metrics.Metrics;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Handles requests for one application: reads its state from the registry and its status from the
 * catalog, and has a {@link DecisionHandler} execute the decision.
 */
public final class ApplicationHandler {
  private final ApplicationRegistry registry;
  private final CatalogLookup catalog;
  private final DecisionHandler.Parts parts;

  /**
   * @param driverSearch searches for drivers that discovery has not found
   * @param hasLogs whether the filter shows the logs of pods
   * @param clock measures how long a driver counts as unresponsive, and how soon the History Server
   *     fails
   */
  public ApplicationHandler(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      RequestAuthorizer authorizer,
      LiveUiProxy proxy,
      Metrics metrics,
      WebContext context,
      DriverSearch driverSearch,
      boolean hasLogs,
      InstantSource clock) {
    this.registry = registry;
    this.catalog = new CatalogLookup(catalog);
    ResponseWriter responses = context.responses();
    LastKnownFacts lastFacts = new LastKnownFacts(catalog);
    UnresponsiveDrivers unresponsive = new UnresponsiveDrivers(clock);
    this.parts =
        new DecisionHandler.Parts(
            registry,
            this.catalog,
            authorizer,
            responses,
            new LiveUiHandler(
                authorizer,
                proxy,
                responses,
                metrics,
                lastFacts,
                new DriverFailureHandler(registry, authorizer, responses, unresponsive)),
            new HistoryServerHandler(catalog, authorizer, responses, lastFacts, clock),
            lastFacts,
            unresponsive,
            driverSearch,
            hasLogs);
  }

  void handle(Route.ForApplication route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    FallbackDispatch.restoreHeaders(exchange.request(), exchange.response());
    Optional<LiveApplication> application = registry.find(route.id());
    Optional<CatalogStatus> status = catalog.status(route, exchange);
    boolean isKnown = application.isPresent() && status.isPresent();
    if (!isKnown && !(route instanceof Route.LiveUi)) {
      if (status.equals(Optional.of(CatalogStatus.INCOMPLETE))) {
        // A user wants to see it: the next request may find it live.
        boolean unused = parts.startSearch(route.id(), exchange);
      }
      chain.doFilter(exchange.request(), exchange.response());
    } else if (status.isEmpty()) {
      parts.write(exchange, route.id(), StatusPages.catalogDown(route.id(), exchange.links()));
    } else if (application.isPresent()
        && route instanceof Route.ApplicationApi api
        && FallbackDispatch.isDispatched(exchange.request())) {
      new DecisionHandler(parts, status.get(), exchange, chain)
          .respondWithoutDriver(api, application.get());
    } else {
      boolean isScanned =
          application
              .map(known -> catalog.hasScannedSinceEnd(known, status.get(), exchange))
              .orElse(true);
      route
          .decide(application, status.get(), isScanned)
          .accept(new DecisionHandler(parts, status.get(), exchange, chain));
    }
  }

  /** Whether the application is in the state {@code LIVE}: the UI of its driver responds. */
  public boolean isLive(ApplicationId id) {
    return registry.find(id).filter(known -> known.state() == ApplicationState.LIVE).isPresent();
  }
}
