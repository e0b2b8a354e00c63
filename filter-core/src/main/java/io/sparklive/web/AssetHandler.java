// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Assets;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import java.io.IOException;

/** Sends the filter's own static files; any other name is a 404. */
record AssetHandler(Assets assets, ResponseWriter responses) implements RouteHandler<Route.Asset> {
  @Override
  public void handle(Route.Asset route, Exchange exchange, FilterChain chain) throws IOException {
    if (!assets.write(exchange.request(), exchange.response(), route.name())) {
      responses.write(exchange, StatusPages.pageNotFound(exchange.links()));
    }
  }
}
