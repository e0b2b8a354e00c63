// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.Responses;
import io.sparklive.listing.SynchronousRequestWrapper;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/**
 * Passes requests for a running or ended application on to the History Server. If the History
 * Server lists the application and does not find its event log, the driver has renamed the log: the
 * filter then responds with 503 instead of 404.
 */
record HistoryServerHandler(
    HistoryCatalog catalog,
    RequestAuthorizer authorizer,
    ResponseWriter responses,
    LastKnownFacts lastFacts) {

  void handle(
      LiveApplication application, CatalogStatus status, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (status != CatalogStatus.INCOMPLETE || !exchange.isReadOnly() || isLongDownload(exchange)) {
      chain.doFilter(exchange.request(), exchange.response());
      return;
    }
    HttpServletRequest request =
        catalog.isLocal() ? exchange.request() : new SynchronousRequestWrapper(exchange.request());
    RenamedLogResponse response = new RenamedLogResponse(exchange.response(), application.id());
    chain.doFilter(request, response);
    boolean isRenamed = response.detectRenamedLog();
    Optional<String> facts =
        isRenamed && exchange.route() instanceof Route.ApplicationApi rest
            ? lastFacts.json(rest, application, exchange)
            : Optional.empty();
    if (facts.isEmpty() && !(isRenamed && isOfNewestAttempt(application, exchange))) {
      response.finish();
      return;
    }
    Responses.reset(exchange.response());
    if (authorizer.requiresLogin(exchange.caller())) {
      responses.write(exchange, StatusPages.loginRequired(application.id(), exchange.links()));
    } else if (facts.isPresent()) {
      responses.writeJson(exchange, facts.get());
    } else {
      responses.write(exchange, StatusPages.logRenamed(application, exchange.links()));
    }
  }

  /**
   * Whether the request is for the newest attempt. For an attempt that does not exist, or without
   * an attempt if the application has some, the 404 is correct.
   */
  private boolean isOfNewestAttempt(LiveApplication application, Exchange exchange) {
    Optional<String> requested =
        exchange.route() instanceof Route.ApplicationApi rest
            ? rest.attempt()
            : exchange.route() instanceof Route.HistoryPage page
                ? page.attempt()
                : Optional.empty();
    // For a moment, the History Server has no entry either.
    return requested.equals(application.info().attemptId())
        || requested.equals(catalog.forCaller(exchange.request()).newestAttempt(application.id()));
  }

  /** A response of a remote History Server that the filter reads holds a thread to its end. */
  private boolean isLongDownload(Exchange exchange) {
    return !catalog.isLocal()
        && exchange.route() instanceof Route.ApplicationApi rest
        && rest.isEventLog();
  }
}
