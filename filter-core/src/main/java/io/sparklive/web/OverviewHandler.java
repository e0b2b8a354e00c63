// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.overview.OverviewEndpoint;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import java.io.IOException;

/** Handles requests for the overview, as a page and as JSON: requires a login if so configured. */
public record OverviewHandler(
    OverviewEndpoint overview, RequestAuthorizer authorizer, WebContext context) {

  void handlePage(Route.OverviewPage route, Exchange exchange, FilterChain chain)
      throws IOException {
    if (authorizer.requiresLogin(exchange.caller())) {
      context.responses().write(exchange, StatusPages.loginRequired(exchange.links()));
    } else {
      overview.servePage(exchange.request(), exchange.response(), exchange.links());
    }
  }

  void handleJson(Route.OverviewJson route, Exchange exchange, FilterChain chain)
      throws IOException {
    if (authorizer.requiresLogin(exchange.caller())) {
      context.responses().write(exchange, StatusPages.loginRequired(exchange.links()));
    } else {
      overview.serveJson(
          exchange.request(), exchange.response(), exchange.caller(), exchange.links());
    }
  }
}
