package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.util.function.Function;

/** Responds to every request with the same status page. */
final class StatusPageHandler implements RouteHandler<Route> {
  private final ResponseWriter teller;
  private final Function<Links, Message> page;

  private StatusPageHandler(ResponseWriter teller, Function<Links, Message> page) {
    this.teller = teller;
    this.page = page;
  }

  /** Responds with 400: the path is not canonical. */
  static StatusPageHandler invalidPath(ResponseWriter teller) {
    return new StatusPageHandler(teller, StatusPages::badPath);
  }

  /** Responds with 404: the filter has no such page. */
  static StatusPageHandler notFound(ResponseWriter teller) {
    return new StatusPageHandler(teller, StatusPages::noSuchPage);
  }

  @Override
  public void handle(Route route, Exchange exchange, FilterChain chain) throws IOException {
    teller.tell(exchange, page.apply(exchange.links()));
  }
}
