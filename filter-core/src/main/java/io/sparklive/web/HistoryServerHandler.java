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
 * Leaves the response for an application that discovery knows to the History Server. If the History
 * Server lists the application, but does not find its event log, the log is changing its name: the
 * response is then 503 instead of 404.
 */
record HistoryServerHandler(
    HistoryCatalog catalog,
    RequestAuthorizer guard,
    ResponseWriter responses,
    LastKnownFacts lastFacts) {

  void handle(
      LiveApplication application, CatalogStatus status, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (status != CatalogStatus.INCOMPLETE || !exchange.isReading() || isLongDownload(exchange)) {
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
            ? lastFacts.of(rest, application, exchange)
            : Optional.empty();
    if (facts.isEmpty() && !(isRenamed && isOfNewestAttempt(application, exchange))) {
      response.finish();
      return;
    }
    Responses.reset(exchange.response());
    if (guard.requiresLogin(exchange.caller())) {
      responses.write(exchange, StatusPages.loginRequired(application.id(), exchange.links()));
    } else if (facts.isPresent()) {
      responses.writeJson(exchange, facts.get());
    } else {
      responses.write(exchange, StatusPages.logRenamed(application, exchange.links()));
    }
  }

  /** Of an attempt that there is not, or of none where there are attempts, a 404 is true. */
  private boolean isOfNewestAttempt(LiveApplication application, Exchange exchange) {
    Optional<String> requested =
        exchange.route() instanceof Route.ApplicationApi rest
            ? rest.attempt()
            : exchange.route() instanceof Route.HistoryPage page
                ? page.attempt()
                : Optional.empty();
    // The History Server loses the entry as well, for a moment.
    return requested.equals(application.facts().attemptId())
        || requested.equals(catalog.forCaller(exchange.request()).newestAttempt(application.id()));
  }

  /** A response from elsewhere that is to be looked at keeps a thread until it is whole. */
  private boolean isLongDownload(Exchange exchange) {
    return !catalog.isLocal()
        && exchange.route() instanceof Route.ApplicationApi rest
        && rest.isEventLog();
  }
}
