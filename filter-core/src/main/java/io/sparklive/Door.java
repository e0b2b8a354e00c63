package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.listing.Listing;
import io.sparklive.overview.Health;
import io.sparklive.pages.Assets;
import io.sparklive.pages.Cors;
import io.sparklive.pages.Pages;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/**
 * What every request passes: reads what it asks for, and hands it to the {@link ApplicationDoor},
 * to one room, or back to the History Server.
 */
final class Door implements Entrance {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Routes routes;
  private final PublicLinks publicLinks;
  private final String via;
  private final ApplicationDoor applications;
  private final Guard guard;
  private final Listing listing;
  private final Health health;
  private final Pages pages;
  private final Assets assets;
  private final Cors cors;

  Door(
      Routes routes,
      PublicLinks publicLinks,
      String via,
      ApplicationDoor applications,
      Guard guard,
      Listing listing,
      Health health,
      Pages pages,
      Assets assets,
      Cors cors) {
    this.routes = routes;
    this.publicLinks = publicLinks;
    this.via = via;
    this.applications = applications;
    this.guard = guard;
    this.listing = listing;
    this.health = health;
    this.pages = pages;
    this.assets = assets;
    this.cors = cors;
  }

  @Override
  public void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = routes.of(request.getRequestURI(), request.getContextPath());
    if (route instanceof Route.Elsewhere) {
      chain.doFilter(request, response);
      return;
    }
    Links links = publicLinks.of(request);
    if (hasBeenHere(request)) {
      pages.html(request, response, Messages.loop(), links);
    } else if (route instanceof Route.OfApplication ofApplication) {
      applications.serve(ofApplication, request, response, chain, links);
    } else if (!(route instanceof Route.ApplicationList || route instanceof Route.Home)) {
      serveOurs(route, request, response, links);
    } else if (!request.getMethod().equals("GET") || guard.wantsLogin(Callers.of(request))) {
      chain.doFilter(request, response);
    } else if (route instanceof Route.ApplicationList) {
      listing.serveList(request, response, chain);
    } else {
      listing.serveHomePage(request, response, chain, links);
    }
  }

  private void serveOurs(
      Route route, HttpServletRequest request, HttpServletResponse response, Links links)
      throws IOException {
    if (route instanceof Route.Refused) {
      pages.html(request, response, Messages.badPath(links), links);
    } else if (route instanceof Route.Health && cors.isPreflight(request)) {
      cors.answer(request, response);
      pages.nothing(request, response);
    } else if (!READING.contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD");
      pages.html(request, response, Messages.badMethod(request.getMethod(), links), links);
    } else if (route instanceof Route.Overview) {
      pages.redirect(request, response, links.running());
    } else if (route instanceof Route.Health) {
      cors.set(request, response);
      health.serve(request, response);
    } else if (!(route instanceof Route.Asset asset)
        || !assets.write(request, response, asset.name())) {
      pages.html(request, response, Messages.noSuchPage(links), links);
    }
  }

  /** Whether this History Server has been named as a driver, to itself or round a circle. */
  private boolean hasBeenHere(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Via")).stream().anyMatch(v -> v.contains(via));
  }
}
