package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.metrics.Metrics;
import io.sparklive.pages.Message;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.ApplicationDecision;
import io.sparklive.routing.HistoryChoice;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Handles requests for one application: decides how, and hands the request to the driver, to the
 * History Server, or responds with a page that says why there is nothing to show.
 */
public final class ApplicationHandler {
  private final ApplicationRegistry registry;
  private final CatalogLookup catalog;
  private final RequestAuthorizer guard;
  private final LiveUiHandler liveUi;
  private final ResponseWriter responses;
  private final LastKnownFacts lastFacts;
  private final BiPredicate<ApplicationId, HistoryCatalog> startSearch;
  private final Function<ApplicationId, Optional<String>> lastFailure;
  private final UnresponsiveDrivers unresponsive;
  private final HistoryServerHandler historyServer;

  /**
   * @param startSearch starts the search for the driver of an application that discovery does not
   *     have, by what that catalog has of it; returns whether the driver may be found soon
   * @param lastFailure why the last such search failed
   * @param clock measures how long a driver counts as unresponsive
   */
  public ApplicationHandler(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      RequestAuthorizer guard,
      LiveUiProxy proxy,
      Metrics metrics,
      WebContext context,
      BiPredicate<ApplicationId, HistoryCatalog> startSearch,
      Function<ApplicationId, Optional<String>> lastFailure,
      InstantSource clock) {
    this.registry = registry;
    this.catalog = new CatalogLookup(catalog);
    this.guard = guard;
    this.responses = context.responses();
    this.lastFacts = new LastKnownFacts(catalog);
    this.unresponsive = new UnresponsiveDrivers(clock);
    this.liveUi =
        new LiveUiHandler(
            guard,
            proxy,
            responses,
            metrics,
            lastFacts,
            new DriverFailureHandler(registry, guard, responses, unresponsive));
    this.startSearch = startSearch;
    this.lastFailure = lastFailure;
    this.historyServer = new HistoryServerHandler(catalog, guard, responses, lastFacts);
  }

  void handle(Route.ForApplication route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    Optional<LiveApplication> application = registry.find(route.id());
    Optional<CatalogStatus> status = catalog.statusFor(route, exchange);
    boolean isKnown = application.isPresent() && status.isPresent();
    if (!isKnown && !(route instanceof Route.LiveUi)) {
      if (status.equals(Optional.of(CatalogStatus.INCOMPLETE))) {
        // A user wants to see it: the next request may find it live.
        boolean unused = startSearch(route.id(), exchange);
      }
      chain.doFilter(exchange.request(), exchange.response());
    } else if (status.isEmpty()) {
      tell(exchange, route.id(), StatusPages.catalogDown(route.id(), exchange.links()));
    } else if (application.isPresent()
        && route instanceof Route.ApplicationApi rest
        && FallbackDispatch.isOf(exchange.request())) {
      fallBack(rest, application.get(), new Handling(status.get(), exchange, chain));
    } else {
      route
          .decide(application, status.get(), catalog.isScanned(application, status.get(), exchange))
          .accept(new Handling(status.get(), exchange, chain));
    }
  }

  /** Whether a driver responds for the application. */
  public boolean isLive(ApplicationId id) {
    return registry.find(id).filter(known -> known.state() == ApplicationState.LIVE).isPresent();
  }

  /**
   * If the driver has not responded, the event log has the response, or the registry, or neither
   * has it yet.
   */
  private static void fallBack(
      Route.ApplicationApi route, LiveApplication application, Handling handling)
      throws IOException, ServletException {
    if (handling.status != CatalogStatus.UNKNOWN) {
      handling.passToHistoryServer(application);
    } else if (route.isOfFacts()) {
      handling.respondWithLastFacts(route, application);
    } else {
      handling.tell(application.id(), StatusPages.logRenamed(application, handling.links));
    }
  }

  /** Reading an event log costs the History Server something: not for unauthenticated users. */
  private boolean startSearch(ApplicationId id, Exchange exchange) {
    return !guard.requiresLogin(exchange.caller())
        && startSearch.test(id, catalog.catalogFor(exchange));
  }

  private boolean isHistoryPreferred(Route.ForApplication route, Exchange exchange) {
    return unresponsive.contain(route.id())
        || HistoryChoice.isMadeBefore(exchange.request(), route.id());
  }

  /** If a login is required, no unauthenticated user gets information about an application. */
  private void tell(Exchange exchange, ApplicationId id, Message message) throws IOException {
    boolean isLoginRequired = guard.requiresLogin(exchange.caller());
    responses.write(
        exchange, isLoginRequired ? StatusPages.loginRequired(id, exchange.links()) : message);
  }

  /** Handles one request as it was decided. */
  private final class Handling implements ApplicationDecision.Handler {
    private final CatalogStatus status;
    private final boolean isLogged;
    private final Exchange exchange;
    private final FilterChain chain;
    private final Links links;
    private final boolean isLoginRequired;

    Handling(CatalogStatus status, Exchange exchange, FilterChain chain) {
      this.status = status;
      this.isLogged = status == CatalogStatus.INCOMPLETE;
      this.exchange = exchange;
      this.chain = chain;
      this.links = exchange.links();
      this.isLoginRequired = guard.requiresLogin(exchange.caller());
    }

    @Override
    public void forwardToDriver(Route.ForApplication route, LiveApplication application)
        throws IOException, ServletException {
      boolean isLoggedRead = isLogged && exchange.isReading();
      if (isLoggedRead
          && route instanceof Route.ApplicationApi
          && !isLoginRequired
          && isHistoryPreferred(route, exchange)) {
        // A client need not wait for a driver that hangs if its event log has the response, too.
        passToHistoryServer(application);
      } else if (isLoggedRead
          && route instanceof Route.LiveUi ui
          && HistoryChoice.isMadeIn(exchange.request())) {
        redirectToHistoryWhileLive(ui);
      } else {
        liveUi.handle(route, application, isLogged, exchange);
      }
    }

    private void redirectToHistoryWhileLive(Route.LiveUi route) throws IOException {
      if (isLoginRequired) {
        responses.write(exchange, StatusPages.loginRequired(route.id(), links));
      } else {
        redirectToHistoryWhileLive(route.id(), newestAttempt(route.id()), route.page());
      }
    }

    private void redirectToHistoryWhileLive(
        ApplicationId id, Optional<String> attempt, String page) {
      responses.redirect(
          exchange, links.paths().historyWhileLive(id, attempt, page, exchange.query()));
    }

    @Override
    public void redirectToLive(Route.HistoryPage route, LiveApplication application)
        throws IOException, ServletException {
      boolean isHistoryChosen = isLogged && HistoryChoice.isMadeIn(exchange.request());
      if (isLoginRequired || !exchange.isReading()) {
        passThrough();
      } else if (isHistoryChosen && !route.isRoot()) {
        passToHistoryServer(application);
      } else if (isHistoryChosen || (isLogged && isHistoryPreferred(route, exchange))) {
        // From now on the choice is in the address, and holds for the links and scripts there.
        redirectToHistoryWhileLive(route.id(), route.attempt(), route.page());
      } else if (!EndedCookie.isSet(exchange.request(), route.id())) {
        // Without the choice: another History Server behind this address may have the log already,
        // and would send the browser back here.
        responses.redirect(
            exchange,
            links.paths().liveUi(route.id())
                + route.page()
                + HistoryChoice.withoutIt(exchange.query()));
      } else if (status == CatalogStatus.UNKNOWN) {
        tell(route.id(), StatusPages.historyElsewhere(application, links));
      } else {
        passThrough();
      }
    }

    @Override
    public void redirectToHistory(Route.LiveUi route) throws IOException {
      if (isLoginRequired) {
        responses.write(exchange, StatusPages.loginRequired(route.id(), links));
        return;
      }
      EndedCookie.set(exchange.response(), route.id(), links.paths());
      responses.redirect(
          exchange,
          links.paths().afterTheEnd(route.id(), newestAttempt(route.id()), route.page())
              + exchange.query());
    }

    @Override
    public void respondWithLastFacts(Route.ApplicationApi route, LiveApplication application)
        throws IOException, ServletException {
      Optional<String> facts = lastFacts.of(route, application, exchange);
      if (isLoginRequired) {
        responses.write(exchange, StatusPages.loginRequired(application.id(), links));
      } else if (facts.isPresent()) {
        responses.writeJson(exchange, facts.get());
      } else {
        // The application has no such attempt.
        passThrough();
      }
    }

    @Override
    public void respondWithStatus(
        ApplicationDecision.StatusPage.Kind kind, LiveApplication application) throws IOException {
      tell(
          application.id(),
          switch (kind) {
            case STARTING -> StatusPages.starting(application, links);
            case NO_UI -> StatusPages.withoutUi(application, isLogged, links);
            case ENDED -> StatusPages.ended(application, links);
          });
    }

    @Override
    public void respondDriverNotFound(ApplicationId id) throws IOException {
      tell(
          id,
          startSearch(id, exchange)
              ? StatusPages.searching(id, newestAttempt(id), links)
              : StatusPages.driverNotFound(id, newestAttempt(id), whyNotFound(id), links));
    }

    /** It names the host in the event log, which not every user may see if ACLs are on. */
    private Optional<String> whyNotFound(ApplicationId id) {
      return guard.isControlled() ? Optional.empty() : lastFailure.apply(id);
    }

    @Override
    public void respondNotFound(ApplicationId id) throws IOException {
      tell(
          id,
          registry
              .forgotten(id)
              .map(forgotten -> StatusPages.recentlyEnded(forgotten, links))
              .orElseGet(() -> StatusPages.applicationNotFound(id, links)));
    }

    @Override
    public void passToHistoryServer(LiveApplication application)
        throws IOException, ServletException {
      historyServer.handle(application, status, exchange, chain);
    }

    @Override
    public void passThrough() throws IOException, ServletException {
      chain.doFilter(exchange.request(), exchange.response());
    }

    private void tell(ApplicationId id, Message message) throws IOException {
      ApplicationHandler.this.tell(exchange, id, message);
    }

    private Optional<String> newestAttempt(ApplicationId id) {
      return catalog.newestAttempt(id, exchange);
    }
  }
}
