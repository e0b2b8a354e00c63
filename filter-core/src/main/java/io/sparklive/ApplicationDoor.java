package io.sparklive;

import io.sparklive.access.Access;
import io.sparklive.access.Verdict;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.Destination;
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
  // TRACE would show a page's script what the browser hides from it; CONNECT is for tunnels.
  private static final Set<String> NEVER_FORWARDED = Set.of("TRACE", "CONNECT");

  private final ApplicationRegistry registry;
  private final HistoryCatalog catalog;
  private final Access access;
  private final LiveUiProxy proxy;
  private final Pages pages;
  private final Predicate<ApplicationId> isLookedFor;

  /**
   * @param isLookedFor begins to look for the driver of an application that nobody has found; says
   *     whether it may be found soon
   */
  ApplicationDoor(
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      Access access,
      LiveUiProxy proxy,
      Pages pages,
      Predicate<ApplicationId> isLookedFor) {
    this.registry = registry;
    this.catalog = catalog;
    this.access = access;
    this.proxy = proxy;
    this.pages = pages;
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
        boolean unused = isLookedFor.test(route.id());
      }
      chain.doFilter(request, response);
      return;
    }
    if (knowledge.isEmpty()) {
      tell(route, response, Messages.catalogDown(route.id(), links), links);
      return;
    }
    switch (Answer.to(route, application.map(LiveApplication::state), knowledge.get())) {
      case HISTORY_SERVER -> chain.doFilter(request, response);
      case DRIVER -> serveLive(route, application.orElseThrow(), request, response, links);
      case TO_LIVE -> {
        if (!READING.contains(request.getMethod())) {
          chain.doFilter(request, response);
        } else if (!EndMark.isOn(request, route.id())) {
          toLive((Route.HistoryPage) route, request, response, links);
        } else if (knowledge.get() == Knowledge.UNKNOWN) {
          tell(route, response, Messages.historyElsewhere(application.orElseThrow(), links), links);
        } else {
          chain.doFilter(request, response);
        }
      }
      case TO_HISTORY -> toHistory((Route.LiveUi) route, request, response, links);
      case LAST_FACTS ->
          pages.json(
              response,
              HttpServletResponse.SC_OK,
              ApplicationJson.of(application.orElseThrow(), Instant.now()));
      case STARTING ->
          tell(route, response, Messages.starting(application.orElseThrow(), links), links);
      case ENDED -> tell(route, response, Messages.ended(application.orElseThrow(), links), links);
      case WITHOUT_UI ->
          tell(
              route,
              response,
              Messages.withoutUi(
                  application.orElseThrow(), knowledge.get() == Knowledge.INCOMPLETE, links),
              links);
      case NOT_FOUND_INCOMPLETE -> tell(route, response, notFound(route.id(), links), links);
      case NOT_FOUND ->
          tell(
              route,
              response,
              registry
                  .forgotten(route.id())
                  .map(forgotten -> Messages.forgotten(forgotten, links))
                  .orElseGet(() -> Messages.unknown(route.id(), links)),
              links);
    }
  }

  private Message notFound(ApplicationId id, Links links) {
    Optional<String> attempt = newestAttempt(id);
    return isLookedFor.test(id)
        ? Messages.looking(id, attempt, links)
        : Messages.driverNotFound(id, attempt, links);
  }

  private void serveLive(
      Route.OfApplication route,
      LiveApplication application,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links)
      throws IOException, ServletException {
    Verdict verdict = access.mayView(Optional.ofNullable(request.getRemoteUser()), application);
    if (verdict != Verdict.ALLOWED) {
      Message message =
          verdict == Verdict.LOGIN_REQUIRED
              ? Messages.loginRequired(application, links)
              : Messages.forbidden(application, links);
      tell(route, response, message, links);
    } else if (NEVER_FORWARDED.contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      tell(route, response, Messages.badMethod(request.getMethod(), links), links);
    } else if (route instanceof Route.LiveUi ui) {
      String context = links.prefix() + ui.base() + "/" + ui.id();
      if (ui.page().isEmpty()) {
        pages.redirect(response, context + "/" + query(request));
      } else {
        forward(request, response, application, ui.page(), context);
      }
    } else if (route instanceof Route.Rest rest) {
      forward(request, response, application, rest.path(), links.liveUi(rest.id()));
    }
  }

  private void forward(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      String path,
      String context)
      throws IOException, ServletException {
    proxy.forward(
        request,
        response,
        new Destination(application.id(), application.address().orElseThrow(), path, context));
  }

  private void toLive(
      Route.HistoryPage route,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links) {
    pages.redirect(response, links.liveUi(route.id()) + route.page() + query(request));
  }

  private void toHistory(
      Route.LiveUi route, HttpServletRequest request, HttpServletResponse response, Links links) {
    String path = links.afterTheEnd(route.id(), newestAttempt(route.id()), route.page());
    EndMark.set(response, route.id(), links);
    pages.redirect(response, path + query(request));
  }

  private void tell(
      Route.OfApplication route, HttpServletResponse response, Message message, Links links)
      throws IOException {
    tell(pages, isForPrograms(route), response, message, links);
  }

  private static void tell(
      Pages pages, boolean program, HttpServletResponse response, Message message, Links links)
      throws IOException {
    if (program) {
      pages.json(response, message);
    } else {
      pages.html(response, message, links);
    }
  }

  private static boolean isForPrograms(Route route) {
    return route instanceof Route.Rest || (route instanceof Route.LiveUi ui && ui.isRest());
  }

  /** Writes what is told when a driver does not answer; see {@link LiveUiProxy.FailurePage}. */
  static LiveUiProxy.FailurePage failurePage(
      Routes routes, PublicLinks publicLinks, ApplicationRegistry registry, Pages pages) {
    return (request, response, id, status, why) -> {
      Links links = publicLinks.of(request);
      Message message =
          Messages.noAnswer(status, id, registry.find(id).map(a -> a.facts().name()), why, links);
      Route route = routes.of(request.getRequestURI(), request.getContextPath());
      tell(pages, isForPrograms(route), response, message, links);
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
