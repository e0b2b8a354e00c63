// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests for a running or ended application on to the History Server. If the History
 * Server lists the application and does not find its event log, the driver has renamed the log: the
 * filter then responds with 503 instead of 404. If the History Server fails while it reads an
 * incomplete log, the filter passes the request on once more.
 */
record HistoryServerHandler(
    HistoryCatalog catalog,
    RequestAuthorizer authorizer,
    ResponseWriter responses,
    LastKnownFacts lastFacts) {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryServerHandler.class);

  void handle(
      LiveApplication application, CatalogStatus status, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (status != CatalogStatus.INCOMPLETE || !exchange.isReadOnly() || isLongDownload(exchange)) {
      chain.doFilter(exchange.request(), exchange.response());
      return;
    }
    RenamedLogResponse response = passOn(application.id(), exchange, chain);
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
   * Passes the request on, and once more if the History Server fails. A driver that ends renames a
   * file in the directory of a rolling log, and while it does, a listing of the directory may have
   * neither name; the History Server then responds with 500 ("Log directory must contain an
   * appstatus file", {@code EventLogFileReaders.scala}).
   */
  private RenamedLogResponse passOn(ApplicationId id, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    RenamedLogResponse first = RenamedLogResponse.ofFirstTry(exchange.response(), id);
    try {
      chain.doFilter(requestFor(exchange), first);
      if (!first.hasFailed()) {
        return first;
      }
    } catch (IOException | ServletException | RuntimeException e) {
      if (first.isCommitted()) {
        throw e;
      }
      LOG.debug("History Server failed, trying again: application {}", id, e);
    }
    Responses.reset(exchange.response());
    RenamedLogResponse second = RenamedLogResponse.of(exchange.response(), id);
    chain.doFilter(requestFor(exchange), second);
    return second;
  }

  private HttpServletRequest requestFor(Exchange exchange) {
    return catalog.isLocal()
        ? exchange.request()
        : new SynchronousRequestWrapper(exchange.request());
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
