// SPDX-License-Identifier: Apache-2.0
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
 * Handles requests for the History Server's list and home page. The filter merges its applications
 * in if the caller may see them; otherwise, the request passes through.
 */
public record ListingHandler(
    ApplicationListMerger merger,
    AccessControl access,
    RequestAuthorizer authorizer,
    WebContext context) {

  void handleList(Route.SparkApplicationList route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (admit(exchange, true)) {
      merger.serveList(exchange.request(), exchange.response(), chain);
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  void handleHome(Route.Home route, Exchange exchange, FilterChain chain)
      throws IOException, ServletException {
    if (admit(exchange, false)) {
      merger.serveHomePage(exchange.request(), exchange.response(), chain, exchange.links());
    } else {
      chain.doFilter(exchange.request(), exchange.response());
    }
  }

  /** Returns whether the caller gets the running applications. */
  private boolean admit(Exchange exchange, boolean isRest) {
    if (!exchange.request().getMethod().equals("GET")) {
      return false;
    }
    if (authorizer.requiresLogin(exchange.caller())) {
      // A list without running applications does not show the reason: the log names it.
      context.users().recordDenial();
      return false;
    }
    // The History Server may send its list to a caller and deny all other requests of this caller.
    return access.admission(exchange.request(), exchange.response(), isRest) == LoginStatus.GRANTED;
  }
}
