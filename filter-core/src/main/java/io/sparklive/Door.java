package io.sparklive;

import io.sparklive.access.Access;
import io.sparklive.access.Admission;
import io.sparklive.access.Guard;
import io.sparklive.listing.Listing;
import io.sparklive.overview.Health;
import io.sparklive.overview.MetricsText;
import io.sparklive.overview.Overview;
import io.sparklive.pages.Assets;
import io.sparklive.pages.Cors;
import io.sparklive.pages.Pages;
import io.sparklive.routing.PublicLinks;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;

/**
 * What every request passes: reads what it asks for, and hands it to the {@link ApplicationDoor},
 * to one room, or back to the History Server.
 */
final class Door implements Entrance {
  private final Routes routes;
  private final PublicLinks publicLinks;
  private final String via;
  private final Teller teller;
  private final UserRequirement users;
  private final ApplicationDoor applications;
  private final Access access;
  private final Guard guard;
  private final Listing listing;
  private final Overview overview;
  private final Health health;
  private final MetricsText metrics;
  private final Pages pages;
  private final Assets assets;
  private final Cors cors;

  Door(
      Routes routes,
      PublicLinks publicLinks,
      String via,
      Teller teller,
      UserRequirement users,
      ApplicationDoor applications,
      Access access,
      Guard guard,
      Listing listing,
      Overview overview,
      Health health,
      MetricsText metrics,
      Pages pages,
      Assets assets,
      Cors cors) {
    this.routes = routes;
    this.publicLinks = publicLinks;
    this.via = via;
    this.teller = teller;
    this.users = users;
    this.applications = applications;
    this.access = access;
    this.guard = guard;
    this.listing = listing;
    this.overview = overview;
    this.health = health;
    this.metrics = metrics;
    this.pages = pages;
    this.assets = assets;
    this.cors = cors;
  }

  @Override
  public void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = routes.of(request);
    if (route instanceof Route.Elsewhere) {
      chain.doFilter(request, response);
      return;
    }
    users.record(request);
    Exchange exchange = new Exchange(route, request, response, publicLinks.of(request));
    if (hasBeenHere(request)) {
      teller.tell(exchange, Messages.loop());
    } else if (isOfWhatRuns(exchange) && !isAdmitted(exchange, chain)) {
      return;
    } else if (route instanceof Route.OfApplication ofApplication) {
      applications.serve(ofApplication, exchange, chain);
    } else if (!(route instanceof Route.ApplicationList || route instanceof Route.Home)) {
      serveOurs(exchange);
    } else if (!request.getMethod().equals("GET")) {
      chain.doFilter(request, response);
    } else if (guard.requiresLogin(exchange.caller())) {
      // The list without what runs looks as if nothing did: the log says why.
      users.recordDenial();
      chain.doFilter(request, response);
    } else if (!mayKnowWhatRuns(exchange)) {
      chain.doFilter(request, response);
    } else if (route instanceof Route.ApplicationList) {
      listing.serveList(request, response, chain);
    } else {
      listing.serveHomePage(request, response, chain, exchange.links());
    }
  }

  /**
   * Static files of a driver are for every user; what else is told of applications is not, such as
   * that there is no driver to send them.
   */
  private boolean isOfWhatRuns(Exchange exchange) {
    Route route = exchange.route();
    if (route instanceof Route.LiveUi ui
        && ui.isStatic()
        && ui.isFile()
        && Guard.isPlainRead(exchange.request())) {
      return !applications.isLive(ui.id());
    }
    return route instanceof Route.OfApplication
        || route instanceof Route.Overview
        || route instanceof Route.Applications;
  }

  /** The History Server may give its list to somebody whom it does not let in otherwise. */
  private boolean mayKnowWhatRuns(Exchange exchange) {
    boolean isOfProgram = exchange.route() instanceof Route.ApplicationList;
    return access.admission(exchange.request(), exchange.response(), isOfProgram)
        == Admission.GRANTED;
  }

  /** Whether the History Server lets them in; where it does not, they are told so. */
  private boolean isAdmitted(Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = exchange.request();
    HttpServletResponse response = exchange.response();
    Admission admission = access.admission(request, response, exchange.isOfProgram());
    if (admission == Admission.GRANTED) {
      return true;
    }
    if (exchange.route() instanceof Route.Ours && admission == Admission.UNKNOWN) {
      teller.tell(exchange, Messages.historyServerDown(exchange.links()));
    } else if (exchange.isReading()) {
      // Its own answer, such as the way to its login and back here.
      chain.doFilter(request, response);
    } else {
      teller.tell(exchange, Messages.loginRequired(exchange.links()));
    }
    return false;
  }

  private void serveOurs(Exchange exchange) throws IOException {
    Route route = exchange.route();
    HttpServletRequest request = exchange.request();
    HttpServletResponse response = exchange.response();
    if (route instanceof Route.Refused) {
      teller.tell(exchange, Messages.badPath(exchange.links()));
    } else if (isJson(route) && cors.isPreflight(request)) {
      cors.answer(request, response);
      pages.nothing(request, response);
    } else if (!exchange.isReading()) {
      response.setHeader("Allow", "GET, HEAD");
      teller.tell(exchange, Messages.badMethod(request.getMethod(), exchange.links()));
    } else if (route instanceof Route.Overview || route instanceof Route.Applications) {
      serveOverview(exchange);
    } else if (route instanceof Route.Health) {
      cors.set(request, response);
      health.serve(request, response);
    } else if (route instanceof Route.Metrics) {
      metrics.serve(request, response);
    } else if (!(route instanceof Route.Asset asset)
        || !assets.write(request, response, asset.name())) {
      teller.tell(exchange, Messages.noSuchPage(exchange.links()));
    }
  }

  private void serveOverview(Exchange exchange) throws IOException {
    HttpServletRequest request = exchange.request();
    HttpServletResponse response = exchange.response();
    boolean isPage = exchange.route() instanceof Route.Overview;
    if (!isPage) {
      cors.set(request, response);
    }
    if (guard.requiresLogin(exchange.caller())) {
      teller.tell(exchange, Messages.loginRequired(exchange.links()));
    } else if (isPage) {
      overview.servePage(request, response, exchange.links());
    } else {
      overview.serveJson(request, response, exchange.caller(), exchange.links());
    }
  }

  private static boolean isJson(Route route) {
    return route instanceof Route.Applications || route instanceof Route.Health;
  }

  /** Whether this History Server has been named as a driver, to itself or round a circle. */
  private boolean hasBeenHere(HttpServletRequest request) {
    Enumeration<String> passed = request.getHeaders("Via");
    while (passed.hasMoreElements()) {
      if (passed.nextElement().contains(via)) {
        return true;
      }
    }
    return false;
  }
}
