package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import io.sparklive.pages.Message;
import io.sparklive.routing.ApplicationDecision;
import io.sparklive.routing.HistoryChoice;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request for one application passes: looks up what it gets, asks whether it may, and hands
 * it to the driver, to its history, or to a page that says why there is nothing to show.
 */
final class ApplicationDoor {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationDoor.class);

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final Guard guard;
  private final LiveDoor live;
  private final Teller teller;
  private final LastFacts lastFacts;
  private final BiPredicate<ApplicationId, HistoryCatalog> isLookedFor;
  private final Function<ApplicationId, Optional<String>> lastFailure;
  private final UnresponsiveDrivers unresponsive;
  private final HistoryServerHandler historyServer;

  /**
   * @param isLookedFor begins to look for the driver of an application that nobody has found, by
   *     what that catalog has of it; says whether it may be found soon
   * @param lastFailure why the last such search was in vain
   * @param unresponsive the drivers that did not respond a moment ago
   */
  ApplicationDoor(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      Guard guard,
      LiveDoor live,
      Teller teller,
      LastFacts lastFacts,
      BiPredicate<ApplicationId, HistoryCatalog> isLookedFor,
      Function<ApplicationId, Optional<String>> lastFailure,
      UnresponsiveDrivers unresponsive) {
    this.registry = registry;
    this.catalog = catalog;
    this.guard = guard;
    this.live = live;
    this.teller = teller;
    this.lastFacts = lastFacts;
    this.isLookedFor = isLookedFor;
    this.lastFailure = lastFailure;
    this.unresponsive = unresponsive;
    this.historyServer = new HistoryServerHandler(catalog, guard, teller, lastFacts);
  }

  void serve(Route.OfApplication route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    Optional<LiveApplication> application = registry.find(route.id());
    Optional<Knowledge> knowledge = knowledgeFor(route, exchange);
    boolean known = application.isPresent() && knowledge.isPresent();
    if (!known && !(route instanceof Route.LiveUi)) {
      if (knowledge.equals(Optional.of(Knowledge.INCOMPLETE))) {
        // Somebody wants to see it: the next look may find it live.
        boolean unused = isLookedFor(route.id(), exchange);
      }
      chain.doFilter(exchange.request(), exchange.response());
      return;
    }
    if (knowledge.isEmpty()) {
      tell(exchange, route.id(), Messages.catalogDown(route.id(), exchange.links()));
      return;
    }
    if (application.isPresent()
        && route instanceof Route.Rest rest
        && FallbackDispatch.isOf(exchange.request())) {
      fallBack(rest, application.get(), knowledge.get(), exchange, chain);
      return;
    }
    ApplicationDecision answer =
        ApplicationDecision.to(
            route,
            application.map(LiveApplication::state),
            knowledge.get(),
            isScanned(application, knowledge.get(), exchange));
    switch (answer) {
      case HISTORY_SERVER -> toHistoryServer(application, knowledge.get(), exchange, chain);
      case DRIVER -> toDriver(route, application.orElseThrow(), knowledge.get(), exchange, chain);
      case TO_LIVE ->
          toLive(
              (Route.HistoryPage) route,
              application.orElseThrow(),
              knowledge.get(),
              exchange,
              chain);
      case TO_HISTORY -> toHistory((Route.LiveUi) route, exchange);
      case LAST_FACTS -> tellFacts((Route.Rest) route, application.orElseThrow(), exchange, chain);
      default ->
          tell(
              exchange,
              route.id(),
              message(answer, route.id(), application, knowledge.get(), exchange));
    }
  }

  /** Whether a driver responds for the application. */
  boolean isLive(ApplicationId id) {
    return registry.find(id).filter(known -> known.state() == ApplicationState.LIVE).isPresent();
  }

  private Message message(
      ApplicationDecision answer,
      ApplicationId id,
      Optional<LiveApplication> application,
      Knowledge knowledge,
      Exchange exchange) {
    Links links = exchange.links();
    return switch (answer) {
      case STARTING -> Messages.starting(application.orElseThrow(), links);
      case ENDED -> Messages.ended(application.orElseThrow(), links);
      case WITHOUT_UI ->
          Messages.withoutUi(application.orElseThrow(), knowledge == Knowledge.INCOMPLETE, links);
      case NOT_FOUND_INCOMPLETE ->
          isLookedFor(id, exchange)
              ? Messages.looking(id, newestAttempt(id, exchange), links)
              : Messages.driverNotFound(id, newestAttempt(id, exchange), whyNotFound(id), links);
      case NOT_FOUND ->
          registry
              .forgotten(id)
              .map(forgotten -> Messages.forgotten(forgotten, links))
              .orElseGet(() -> Messages.unknown(id, links));
      default -> throw new IllegalStateException(answer + " is no message");
    };
  }

  /** It costs the History Server something: not for those who are told nothing. */
  private boolean isLookedFor(ApplicationId id, Exchange exchange) {
    return !guard.wantsLogin(exchange.caller()) && isLookedFor.test(id, askedBy(exchange));
  }

  /**
   * It names the host in the event log, which not every user may see where access is controlled.
   */
  private Optional<String> whyNotFound(ApplicationId id) {
    return guard.isControlled() ? Optional.empty() : lastFailure.apply(id);
  }

  private void toHistoryServer(
      Optional<LiveApplication> application,
      Knowledge knowledge,
      Exchange exchange,
      FilterChain chain)
      throws IOException, ServletException {
    if (application.isPresent()) {
      historyServer.handle(application.get(), knowledge, exchange, chain);
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  /** A driver that hangs need not be waited for where its event log holds the response, too. */
  private void toDriver(
      Route.OfApplication route,
      LiveApplication application,
      Knowledge knowledge,
      Exchange exchange,
      FilterChain chain)
      throws IOException, ServletException {
    boolean isLogged = knowledge == Knowledge.INCOMPLETE;
    if (isLogged
        && route instanceof Route.Rest
        && exchange.isReading()
        && !guard.wantsLogin(exchange.caller())
        && isHistoryPreferred(route, exchange)) {
      historyServer.handle(application, knowledge, exchange, chain);
    } else if (isLogged
        && route instanceof Route.LiveUi ui
        && exchange.isReading()
        && HistoryChoice.isMadeIn(exchange.request())) {
      toHistoryWhileLive(ui, exchange);
    } else {
      live.serve(route, application, isLogged, exchange);
    }
  }

  private void toHistoryWhileLive(Route.LiveUi route, Exchange exchange) throws IOException {
    if (guard.wantsLogin(exchange.caller())) {
      teller.tell(exchange, Messages.loginRequired(route.id(), exchange.links()));
    } else {
      teller.redirect(
          exchange,
          exchange
              .links()
              .paths()
              .historyWhileLive(
                  route.id(), newestAttempt(route.id(), exchange), route.page(), exchange.query()));
    }
  }

  /**
   * The driver has not responded: the event log has the response, or the registry, or nobody yet.
   */
  private void fallBack(
      Route.Rest route,
      LiveApplication application,
      Knowledge knowledge,
      Exchange exchange,
      FilterChain chain)
      throws IOException, ServletException {
    if (knowledge != Knowledge.UNKNOWN) {
      historyServer.handle(application, knowledge, exchange, chain);
    } else if (route.isOfFacts()) {
      tellFacts(route, application, exchange, chain);
    } else {
      tell(exchange, route.id(), Messages.logRenamed(application, exchange.links()));
    }
  }

  private boolean isHistoryPreferred(Route.OfApplication route, Exchange exchange) {
    return unresponsive.contain(route.id())
        || HistoryChoice.isMadeBefore(exchange.request(), route.id());
  }

  /**
   * It matters only where the log of an application that has ended may have another name by now.
   */
  private boolean isScanned(
      Optional<LiveApplication> application, Knowledge knowledge, Exchange exchange) {
    Optional<Instant> ended = application.flatMap(LiveApplication::ended);
    if (ended.isEmpty() || knowledge != Knowledge.INCOMPLETE) {
      return true;
    }
    try {
      return askedBy(exchange).hasScannedSince(ended.get());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The time of the History Server's last scan is not available", e);
      return false;
    }
  }

  private void toLive(
      Route.HistoryPage route,
      LiveApplication application,
      Knowledge knowledge,
      Exchange exchange,
      FilterChain chain)
      throws IOException, ServletException {
    boolean tellsNothing = guard.wantsLogin(exchange.caller());
    boolean sentHere = EndMark.isOn(exchange.request(), route.id());
    boolean isLogged = knowledge == Knowledge.INCOMPLETE;
    if (tellsNothing || !exchange.isReading()) {
      chain.doFilter(exchange.request(), exchange.response());
    } else if (isLogged && HistoryChoice.isMadeIn(exchange.request()) && !route.isRoot()) {
      historyServer.handle(application, knowledge, exchange, chain);
    } else if (isLogged
        && (HistoryChoice.isMadeIn(exchange.request()) || isHistoryPreferred(route, exchange))) {
      // From now on it stands in the address, so that it holds for the links and scripts there.
      teller.redirect(
          exchange,
          exchange
              .links()
              .paths()
              .historyWhileLive(route.id(), route.attempt(), route.page(), exchange.query()));
    } else if (!sentHere) {
      // Without the choice: another History Server behind this address may have the log already,
      // and would send the browser back here.
      teller.redirect(
          exchange,
          exchange.links().paths().liveUi(route.id())
              + route.page()
              + HistoryChoice.withoutIt(exchange.query()));
    } else if (knowledge == Knowledge.UNKNOWN) {
      tell(exchange, route.id(), Messages.historyElsewhere(application, exchange.links()));
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  private void toHistory(Route.LiveUi route, Exchange exchange) throws IOException {
    Links links = exchange.links().paths();
    if (guard.wantsLogin(exchange.caller())) {
      teller.tell(exchange, Messages.loginRequired(route.id(), exchange.links()));
      return;
    }
    EndMark.set(exchange.response(), route.id(), links);
    teller.redirect(
        exchange,
        links.afterTheEnd(route.id(), newestAttempt(route.id(), exchange), route.page())
            + exchange.query());
  }

  private void tellFacts(
      Route.Rest route, LiveApplication application, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    Optional<String> facts = lastFacts.of(route, application, exchange);
    if (guard.wantsLogin(exchange.caller())) {
      teller.tell(exchange, Messages.loginRequired(application.id(), exchange.links()));
    } else if (facts.isPresent()) {
      teller.tellJson(exchange, facts.get());
    } else {
      // An attempt that there is not.
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  /** Nobody is told of an application where people log in. */
  private void tell(Exchange exchange, ApplicationId id, Message message) throws IOException {
    boolean silent = guard.wantsLogin(exchange.caller());
    teller.tell(exchange, silent ? Messages.loginRequired(id, exchange.links()) : message);
  }

  /** Empty where the catalog fails: nobody may take a complete application's id by that. */
  private Optional<Knowledge> knowledgeFor(Route.OfApplication route, Exchange exchange) {
    try {
      // A page has some twenty of Spark's own files, which are the same everywhere.
      boolean isStatic = route instanceof Route.LiveUi ui && ui.isStatic();
      HistoryCatalog asked = askedBy(exchange);
      return Optional.of(isStatic ? asked.knowledgeOf(route.id()) : asked.knowledgeNow(route.id()));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say what it knows of {}", route.id(), e);
      return Optional.empty();
    }
  }

  private Optional<String> newestAttempt(ApplicationId id, Exchange exchange) {
    try {
      return askedBy(exchange).newestAttempt(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say which attempts {} has", id, e);
      return Optional.empty();
    }
  }

  private HistoryCatalog askedBy(Exchange exchange) {
    return catalog.askedBy(exchange.request());
  }
}
