// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.EarlierHeaders;
import io.sparklive.http.FormBody;
import io.sparklive.listing.SynchronousRequestWrapper;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests for a running or ended application on to the History Server. If the History
 * Server lists the application and does not find its event log, the driver has renamed the log: the
 * filter then responds with 503 instead of 404. If the History Server fails at once for an
 * incomplete log, the filter passes the request on once more.
 */
record HistoryServerHandler(
    HistoryCatalog catalog,
    RequestAuthorizer authorizer,
    ResponseWriter responses,
    LastKnownFacts lastFacts,
    InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryServerHandler.class);
  // The History Server lists the directory before it reads a log.
  private static final Duration IMMEDIATE = Duration.ofSeconds(5);

  void handle(
      LiveApplication application, CatalogStatus status, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (status != CatalogStatus.INCOMPLETE || !exchange.isReadOnly() || isLongDownload(exchange)) {
      chain.doFilter(exchange.request(), exchange.response());
      return;
    }
    EarlierHeaders headers = EarlierHeaders.of(exchange.response());
    RenamedLogResponse response = passOn(application.id(), exchange, headers, chain);
    boolean isRenamed = response.detectRenamedLog();
    Optional<String> facts =
        isRenamed && exchange.route() instanceof Route.ApplicationApi rest
            ? lastFacts.json(rest, application, exchange)
            : Optional.empty();
    if (facts.isEmpty() && !(isRenamed && isOfNewestAttempt(application, exchange))) {
      response.finish();
      return;
    }
    headers.reset(exchange.response());
    if (authorizer.requiresLogin(exchange.caller())) {
      responses.write(exchange, StatusPages.loginRequired(application.id(), exchange.links()));
    } else if (facts.isPresent()) {
      responses.writeJson(exchange, facts.get());
    } else {
      responses.write(exchange, StatusPages.logRenamed(application, exchange.links()));
    }
  }

  /**
   * Passes the request on, and once more if the History Server fails at once. A driver that ends
   * renames a file in the directory of a rolling log, and while it does, a listing of the directory
   * may have neither name; the History Server then responds with 500 ("Log directory must contain
   * an appstatus file", {@code EventLogFileReaders.scala}). The filter does not try again if the
   * failure took long, as that of a large log that is corrupt, or if the request has content, which
   * can be read only once.
   */
  private RenamedLogResponse passOn(
      ApplicationId id, Exchange exchange, EarlierHeaders headers, FilterChain chain)
      throws IOException, ServletException {
    RenamedLogResponse first = RenamedLogResponse.ofFirstTry(exchange.response(), id);
    Instant start = clock.instant();
    Exception failure = null;
    try {
      chain.doFilter(requestFor(exchange), first);
      if (!first.hasFailed() || !mayTryAgain(exchange, start)) {
        return first;
      }
    } catch (IOException | ServletException | RuntimeException e) {
      if (first.isCommitted()) {
        throw e;
      }
      if (!mayTryAgain(exchange, start)) {
        first.finish();
        throw e;
      }
      failure = e;
    }
    LOG.debug("History Server failed, passing the request on again: application {}", id, failure);
    headers.reset(exchange.response());
    RenamedLogResponse second = RenamedLogResponse.of(exchange.response(), id);
    // Tomcat passes it to the servlet only: there, no filter follows this one.
    chain.doFilter(requestFor(exchange), second);
    return second;
  }

  private boolean mayTryAgain(Exchange exchange, Instant start) {
    return clock.instant().isBefore(start.plus(IMMEDIATE))
        && !FormBody.hasContent(exchange.request());
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
