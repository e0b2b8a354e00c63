package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.listing.ApplicationListMerger;
import io.sparklive.routing.Route;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.LoginStatus;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;

/**
 * Handles requests for the History Server's list and home page: running applications are merged in
 * if the caller may see them, else the request passes through.
 */
public record ListingHandler(
    ApplicationListMerger listing,
    AccessControl access,
    RequestAuthorizer guard,
    WebContext context) {

  void handleList(Route.SparkApplicationList route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (admit(exchange, true)) {
      listing.serveList(exchange.request(), exchange.response(), chain);
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  void handleHome(Route.Home route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (admit(exchange, false)) {
      listing.serveHomePage(exchange.request(), exchange.response(), chain, exchange.links());
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  private boolean admit(Exchange exchange, boolean isOfProgram) {
    if (!exchange.request().getMethod().equals("GET")) {
      return false;
    }
    if (guard.requiresLogin(exchange.caller())) {
      // The list without running applications looks as if none ran: the log names the reason.
      context.users().recordDenial();
      return false;
    }
    // The History Server may send its list to a caller whom it denies everything else.
    return access.admission(exchange.request(), exchange.response(), isOfProgram)
        == LoginStatus.GRANTED;
  }
}
