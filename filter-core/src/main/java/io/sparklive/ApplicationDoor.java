package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.Answer;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request for one application passes: looks up what it gets, asks whether it may, and hands
 * it to the driver, to its history, or to a page that says why there is nothing to show.
 */
final class ApplicationDoor {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationDoor.class);
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final Guard guard;
  private final LiveDoor live;
  private final Pages pages;
  private final Teller teller;
  private final Predicate<ApplicationId> isLookedFor;

  /**
   * @param isLookedFor begins to look for the driver of an application that nobody has found; says
   *     whether it may be found soon
   */
  ApplicationDoor(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      Guard guard,
      LiveDoor live,
      Pages pages,
      Predicate<ApplicationId> isLookedFor) {
    this.registry = registry;
    this.catalog = catalog;
    this.guard = guard;
    this.live = live;
    this.pages = pages;
    this.teller = new Teller(pages);
    this.isLookedFor = isLookedFor;
  }

  void serve(
      Route.OfApplication route,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Links links)
      throws IOException, ServletException {
    Optional<LiveApplication> application = registry.find(route.id());
    Optional<Knowledge> knowledge = knowledgeOf(route.id());
    boolean known = application.isPresent() && knowledge.isPresent();
    if (!known && !(route instanceof Route.LiveUi)) {
      if (knowledge.equals(Optional.of(Knowledge.INCOMPLETE))) {
        // Somebody wants to see it: the next look may find it live.
        boolean unused = isLookedFor(route.id(), request);
      }
      chain.doFilter(request, response);
      return;
    }
    if (knowledge.isEmpty()) {
      tell(route, request, response, Messages.catalogDown(route.id(), links), links);
      return;
    }
    switch (Answer.to(route, application.map(LiveApplication::state), knowledge.get())) {
      case HISTORY_SERVER -> chain.doFilter(request, response);
      case DRIVER -> live.serve(route, application.orElseThrow(), request, response, links);
      case TO_LIVE -> {
        if (!READING.contains(request.getMethod())) {
          chain.doFilter(request, response);
        } else if (!EndMark.isOn(request, route.id())) {
          toLive((Route.HistoryPage) route, request, response, links);
        } else if (knowledge.get() == Knowledge.UNKNOWN) {
          tell(
              route,
              request,
              response,
              Messages.historyElsewhere(application.orElseThrow(), links),
              links);
        } else {
          chain.doFilter(request, response);
        }
      }
      case TO_HISTORY -> toHistory((Route.LiveUi) route, request, response, links);
      case LAST_FACTS -> tellFacts(route, application.orElseThrow(), request, response, links);
      case STARTING ->
          tell(
              route, request, response, Messages.starting(application.orElseThrow(), links), links);
      case ENDED ->
          tell(route, request, response, Messages.ended(application.orElseThrow(), links), links);
      case WITHOUT_UI ->
          tell(
              route,
              request,
              response,
              Messages.withoutUi(
                  application.orElseThrow(), knowledge.get() == Knowledge.INCOMPLETE, links),
              links);
      case NOT_FOUND_INCOMPLETE ->
          tell(route, request, response, notFound(route.id(), request, links), links);
      case NOT_FOUND ->
          tell(
              route,
              request,
              response,
              registry
                  .forgotten(route.id())
                  .map(forgotten -> Messages.forgotten(forgotten, links))
                  .orElseGet(() -> Messages.unknown(route.id(), links)),
              links);
    }
  }

  private Message notFound(ApplicationId id, HttpServletRequest request, Links links) {
    Optional<String> attempt = newestAttempt(id);
    return isLookedFor(id, request)
        ? Messages.looking(id, attempt, links)
        : Messages.driverNotFound(id, attempt, links);
  }

  /** It costs the History Server something: not for those who are told nothing. */
  private boolean isLookedFor(ApplicationId id, HttpServletRequest request) {
    return !guard.wantsLogin(Callers.of(request)) && isLookedFor.test(id);
  }

  private void toLive(
      Route.HistoryPage route,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links) {
    pages.redirect(request, response, links.liveUi(route.id()) + route.page() + query(request));
  }

  private void toHistory(
      Route.LiveUi route, HttpServletRequest request, HttpServletResponse response, Links links) {
    String path = links.afterTheEnd(route.id(), newestAttempt(route.id()), route.page());
    EndMark.set(response, route.id(), links);
    pages.redirect(request, response, path + query(request));
  }

  private void tellFacts(
      Route.OfApplication route,
      LiveApplication application,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links)
      throws IOException {
    if (guard.wantsLogin(Callers.of(request))) {
      teller.tell(route, request, response, Messages.loginRequired(route.id(), links), links);
    } else {
      String facts = ApplicationJson.of(application, Instant.now());
      pages.json(request, response, HttpServletResponse.SC_OK, facts);
    }
  }

  private void tell(
      Route.OfApplication route,
      HttpServletRequest request,
      HttpServletResponse response,
      Message message,
      Links links)
      throws IOException {
    boolean silent = guard.wantsLogin(Callers.of(request));
    Message told = silent ? Messages.loginRequired(route.id(), links) : message;
    teller.tell(route, request, response, told, links);
  }

  /** Writes what is told when a driver does not answer; see {@link LiveUiProxy.FailurePage}. */
  static LiveUiProxy.FailurePage failurePage(
      Routes routes,
      PublicLinks publicLinks,
      ApplicationRegistry registry,
      Guard guard,
      Pages pages) {
    Teller teller = new Teller(pages);
    return (request, response, id, status, why) -> {
      Links links = publicLinks.of(request);
      Optional<String> name =
          guard.wantsLogin(Callers.of(request))
              ? Optional.empty()
              : registry.find(id).map(a -> a.facts().name());
      Route route = routes.of(request.getRequestURI(), request.getContextPath());
      teller.tell(route, request, response, Messages.noAnswer(status, id, name, why, links), links);
    };
  }

  /** Empty where the catalog fails: nobody may take a complete application's id by that. */
  private Optional<Knowledge> knowledgeOf(ApplicationId id) {
    try {
      return Optional.of(catalog.knowledgeOf(id));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say what it knows of {}", id, e);
      return Optional.empty();
    }
  }

  private Optional<String> newestAttempt(ApplicationId id) {
    try {
      return catalog.newestAttempt(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say which attempts {} has", id, e);
      return Optional.empty();
    }
  }

  private static String query(HttpServletRequest request) {
    return request.getQueryString() == null ? "" : "?" + request.getQueryString();
  }
}
