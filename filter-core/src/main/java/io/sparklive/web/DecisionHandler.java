// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.pages.Message;
import io.sparklive.routing.ApplicationDecision;
import io.sparklive.routing.HistoryChoice;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Executes the decision for one request for an application: forwards it to the driver, leaves it to
 * the History Server, redirects the browser, or writes a status page.
 */
final class DecisionHandler implements ApplicationDecision.Handler {
  private final Parts parts;
  private final CatalogStatus status;
  private final boolean isLogged;
  private final Exchange exchange;
  private final FilterChain chain;
  private final Links links;
  private final boolean isLoginRequired;

  /**
   * The parts that the handlers of all requests share.
   *
   * @param registry the applications that discovery has found
   * @param catalog the applications that the History Server has
   * @param unresponsive the drivers that did not respond a moment ago
   * @param hasLogs whether the filter shows the logs of pods
   */
  record Parts(
      ApplicationRegistry registry,
      CatalogLookup catalog,
      RequestAuthorizer authorizer,
      ResponseWriter responses,
      LiveUiHandler liveUi,
      HistoryServerHandler historyServer,
      LastKnownFacts lastFacts,
      UnresponsiveDrivers unresponsive,
      DriverSearch driverSearch,
      boolean hasLogs) {

    boolean isLoginRequired(Exchange exchange) {
      return authorizer.requiresLogin(exchange.caller());
    }

    /** If a login is required, an unauthenticated user gets no information on an application. */
    void write(Exchange exchange, ApplicationId id, Message message) throws IOException {
      responses.write(
          exchange,
          isLoginRequired(exchange) ? StatusPages.loginRequired(id, exchange.links()) : message);
    }

    /**
     * Starts a search, but not for an unauthenticated user: the History Server has to read the
     * event log for it.
     *
     * @return whether the driver may be found soon
     */
    boolean startSearch(ApplicationId id, Exchange exchange) {
      return !isLoginRequired(exchange)
          && driverSearch.startSearch(id, catalog.forCaller(exchange));
    }
  }

  DecisionHandler(Parts parts, CatalogStatus status, Exchange exchange, FilterChain chain) {
    this.parts = parts;
    this.status = status;
    this.isLogged = status == CatalogStatus.INCOMPLETE;
    this.exchange = exchange;
    this.chain = chain;
    this.links = exchange.links();
    this.isLoginRequired = parts.isLoginRequired(exchange);
  }

  /**
   * Responds to a REST request after the driver has not: with the response of the History Server,
   * the last known facts, or a status page until one of both is available.
   */
  void respondWithoutDriver(Route.ApplicationApi route, LiveApplication application)
      throws IOException, ServletException {
    if (status != CatalogStatus.UNKNOWN) {
      passToHistoryServer(application);
    } else if (route.isOfFacts()) {
      respondWithLastFacts(route, application);
    } else {
      write(application.id(), StatusPages.logRenamed(application, links));
    }
  }

  @Override
  public void forwardToDriver(Route.ForApplication route, LiveApplication application)
      throws IOException, ServletException {
    boolean isLoggedRead = isLogged && exchange.isReadOnly();
    if (isLoggedRead
        && route instanceof Route.ApplicationApi
        && !isLoginRequired
        && isHistoryPreferred(route)) {
      // If the event log has the response, a client need not wait for a driver that hangs.
      passToHistoryServer(application);
    } else if (isLoggedRead
        && route instanceof Route.LiveUi ui
        && HistoryChoice.isMadeIn(exchange.request())) {
      if (isLoginRequired) {
        write(ui.id(), StatusPages.loginRequired(ui.id(), links));
      } else {
        redirectToHistoryWhileLive(ui.id(), newestAttempt(ui.id()), ui.page());
      }
    } else {
      parts.liveUi.handle(route, application, isLogged, exchange);
    }
  }

  private boolean isHistoryPreferred(Route.ForApplication route) {
    return parts.unresponsive.contain(route.id())
        || HistoryChoice.isMadeBefore(exchange.request(), route.id());
  }

  private void redirectToHistoryWhileLive(ApplicationId id, Optional<String> attempt, String page) {
    parts.responses.redirect(
        exchange, links.paths().historyWhileLive(id, attempt, page, exchange.query()));
  }

  @Override
  public void redirectToLive(Route.HistoryPage route, LiveApplication application)
      throws IOException, ServletException {
    boolean isHistoryChosen = isLogged && HistoryChoice.isMadeIn(exchange.request());
    if (isLoginRequired || !exchange.isReadOnly()) {
      passThrough();
    } else if (isHistoryChosen && !route.isRoot()) {
      passToHistoryServer(application);
    } else if (isHistoryChosen || (isLogged && isHistoryPreferred(route))) {
      // The address then has the choice, which applies to the links and scripts of that page.
      redirectToHistoryWhileLive(route.id(), route.attempt(), route.page());
    } else if (!EndedCookie.isSet(exchange.request(), route.id())) {
      // Without the choice: another History Server behind this address may have the log already,
      // and would send the browser back here.
      parts.responses.redirect(
          exchange,
          links.paths().liveUi(route.id())
              + route.page()
              + HistoryChoice.withoutIt(exchange.query()));
    } else if (status == CatalogStatus.UNKNOWN) {
      write(route.id(), StatusPages.historyElsewhere(application, links));
    } else {
      passThrough();
    }
  }

  @Override
  public void redirectToHistory(Route.LiveUi route) throws IOException {
    if (isLoginRequired) {
      write(route.id(), StatusPages.loginRequired(route.id(), links));
      return;
    }
    EndedCookie.set(exchange.response(), route.id(), links.paths());
    parts.responses.redirect(
        exchange,
        links.paths().correspondingHistory(route.id(), newestAttempt(route.id()), route.page())
            + exchange.query());
  }

  @Override
  public void respondWithLastFacts(Route.ApplicationApi route, LiveApplication application)
      throws IOException, ServletException {
    Optional<String> facts = parts.lastFacts.json(route, application, exchange);
    if (isLoginRequired) {
      write(application.id(), StatusPages.loginRequired(application.id(), links));
    } else if (facts.isPresent()) {
      parts.responses.writeJson(exchange, facts.get());
    } else {
      // The application has no such attempt.
      passThrough();
    }
  }

  @Override
  public void respondWithStatus(
      ApplicationDecision.StatusPage.Kind kind, LiveApplication application) throws IOException {
    Message page =
        switch (kind) {
          case PENDING -> PodPages.pending(application, mayView(application), links);
          case STARTING -> StatusPages.starting(application, links);
          case NO_UI -> StatusPages.withoutUi(application, isLogged, links);
          case ENDED -> PodPages.ended(application, mayView(application), links);
        };
    write(application.id(), withLogs(page, application));
  }

  private Message withLogs(Message page, LiveApplication application) {
    return parts.hasLogs && application.namespace().isPresent()
        ? page.withLink(new Message.Link("Logs of its pods", links.logs(application.id())))
        : page;
  }

  @Override
  public void respondDriverNotFound(ApplicationId id) throws IOException {
    boolean isSearching = parts.startSearch(id, exchange);
    String history = links.history(id, newestAttempt(id));
    write(
        id,
        isSearching
            ? StatusPages.searching(id, history, links)
            : StatusPages.driverNotFound(id, history, visibleFailure(id), links));
  }

  /** Not every user may see the reason if ACLs are on: it names the host in the event log. */
  private @Nullable String visibleFailure(ApplicationId id) {
    return parts.authorizer.isControlled() ? null : parts.driverSearch.lastFailure(id).orElse(null);
  }

  @Override
  public void respondNotFound(ApplicationId id) throws IOException {
    write(
        id,
        parts
            .registry
            .findRecentlyRemoved(id)
            .map(
                removed ->
                    withLogs(PodPages.recentlyEnded(removed, mayView(removed), links), removed))
            .orElseGet(() -> StatusPages.applicationNotFound(id, links)));
  }

  @Override
  public void passToHistoryServer(LiveApplication application)
      throws IOException, ServletException {
    parts.historyServer.handle(application, status, exchange, chain);
  }

  @Override
  public void passThrough() throws IOException, ServletException {
    chain.doFilter(exchange.request(), exchange.response());
  }

  /** If access is controlled, only viewers see messages of the cluster: they name images, nodes. */
  private boolean mayView(LiveApplication application) {
    return parts.authorizer.mayView(exchange.caller(), application);
  }

  private void write(ApplicationId id, Message message) throws IOException {
    parts.write(exchange, id, message);
  }

  private Optional<String> newestAttempt(ApplicationId id) {
    return parts.catalog.newestAttempt(id, exchange);
  }
}
