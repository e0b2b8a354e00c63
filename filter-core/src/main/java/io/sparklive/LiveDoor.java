package io.sparklive;

import io.sparklive.access.Caller;
import io.sparklive.access.Guard;
import io.sparklive.access.Purpose;
import io.sparklive.access.Refusal;
import io.sparklive.application.LiveApplication;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.Destination;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/** What a request passes that is for a driver: asks whether it may, and hands it over. */
final class LiveDoor {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  // TRACE would show a page's script what the browser hides from it; others Spark does not know.
  private static final Set<String> FORWARDED = Set.of(METHODS.split(", "));
  private static final Set<Refusal> OF_WHAT_IS_SHOWN =
      Set.of(Refusal.NOT_A_VIEWER, Refusal.NOT_KNOWN_YET);

  private final Guard guard;
  private final LiveUiProxy proxy;
  private final Pages pages;
  private final Teller teller;

  LiveDoor(Guard guard, LiveUiProxy proxy, Pages pages) {
    this.guard = guard;
    this.proxy = proxy;
    this.pages = pages;
    this.teller = new Teller(pages);
  }

  void serve(
      Route.OfApplication route,
      LiveApplication application,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links)
      throws IOException, ServletException {
    if (!FORWARDED.contains(request.getMethod())) {
      response.setHeader("Allow", METHODS);
      teller.tell(route, request, response, Messages.badMethod(request.getMethod(), links), links);
      return;
    }
    if (!isPassedOnWhole(request)) {
      teller.tell(route, request, response, Messages.badCoding(links), links);
      return;
    }
    Caller caller = Callers.of(request);
    Purpose purpose = purposeOf(route);
    Optional<Refusal> refusal = guard.refusal(request, caller, purpose, application);
    if (refusal.isPresent()) {
      refuse(refusal.get(), route, application, request, response, links);
    } else if (route instanceof Route.LiveUi ui) {
      String context = links.prefix() + ui.base() + "/" + ui.id();
      if (ui.page().isEmpty()) {
        pages.redirect(request, response, context + "/" + query(request));
      } else {
        forward(request, response, application, ui.page(), context);
      }
    } else if (route instanceof Route.Rest rest) {
      forward(request, response, application, rest.path(), links.liveUi(rest.id()));
    }
    if (route instanceof Route.LiveUi ui && ui.isKill()) {
      KillLog.write(request, response, ui, caller, application, refusal);
    }
  }

  /** Servers undo the last transfer coding alone, and only know this (RFC 9112, section 6.1). */
  private static boolean isPassedOnWhole(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Transfer-Encoding")).stream()
        .allMatch("chunked"::equalsIgnoreCase);
  }

  private static Purpose purposeOf(Route.OfApplication route) {
    if (route instanceof Route.LiveUi ui) {
      return ui.isKill() ? Purpose.KILL : ui.isStatic() ? Purpose.STATIC_FILE : Purpose.VIEW;
    }
    return Purpose.VIEW;
  }

  /** What the list says of an application is for every user, as it is of a complete one. */
  private void refuse(
      Refusal refusal,
      Route.OfApplication route,
      LiveApplication application,
      HttpServletRequest request,
      HttpServletResponse response,
      Links links)
      throws IOException {
    if (route instanceof Route.Rest rest && OF_WHAT_IS_SHOWN.contains(refusal)) {
      if (rest.isApplicationItself()) {
        tellFacts(request, response, ApplicationJson.of(application, Instant.now()));
        return;
      }
      if (application.facts().attemptId().map(rest::isAttempt).orElse(false)) {
        tellFacts(request, response, ApplicationJson.ofAttempt(application, Instant.now()));
        return;
      }
    }
    teller.tell(route, request, response, Messages.refused(refusal, application, links), links);
  }

  private void tellFacts(HttpServletRequest request, HttpServletResponse response, String json)
      throws IOException {
    pages.json(request, response, HttpServletResponse.SC_OK, json);
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

  private static String query(HttpServletRequest request) {
    return request.getQueryString() == null ? "" : "?" + request.getQueryString();
  }
}
