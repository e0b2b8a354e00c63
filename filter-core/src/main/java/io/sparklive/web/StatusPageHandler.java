// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.util.function.Function;

/** Responds to every request with the same status page. */
final class StatusPageHandler implements RouteHandler<Route> {
  private final ResponseWriter responses;
  private final Function<Links, Message> page;

  private StatusPageHandler(ResponseWriter responses, Function<Links, Message> page) {
    this.responses = responses;
    this.page = page;
  }

  /** Responds with 400: the path is not canonical. */
  static StatusPageHandler invalidPath(ResponseWriter responses) {
    return new StatusPageHandler(responses, StatusPages::invalidPath);
  }

  /** Responds with 404: the filter has no such page. */
  static StatusPageHandler notFound(ResponseWriter responses) {
    return new StatusPageHandler(responses, StatusPages::pageNotFound);
  }

  @Override
  public void handle(Route route, Exchange exchange, FilterChain chain) throws IOException {
    responses.write(exchange, page.apply(exchange.links()));
  }
}
