// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Cors;
import io.sparklive.pages.Pages;
import io.sparklive.routing.Route;

/**
 * Wraps handlers of read-only routes, so that they get only {@code GET} and {@code HEAD}.
 *
 * @param cors the origins whose scripts may read {@link #crossOrigin} responses
 */
record ReadOnlyHandlers(ResponseWriter responses, Pages pages, Cors cors) {

  /** Responds with 405 to any other method. */
  <R extends Route> RouteHandler<R> sameOrigin(RouteHandler<? super R> handler) {
    return (route, exchange, chain) -> {
      if (exchange.isReadOnly()) {
        handler.handle(route, exchange, chain);
      } else {
        exchange.response().setHeader("Allow", "GET, HEAD");
        responses.write(
            exchange,
            StatusPages.methodNotAllowed(exchange.request().getMethod(), exchange.links()));
      }
    };
  }

  /** Responds to preflight requests as well, and sets the CORS headers. */
  <R extends Route> RouteHandler<R> crossOrigin(RouteHandler<? super R> handler) {
    RouteHandler<R> withHeaders =
        sameOrigin(
            (route, exchange, chain) -> {
              cors.setHeaders(exchange.request(), exchange.response());
              handler.handle(route, exchange, chain);
            });
    return (route, exchange, chain) -> {
      if (cors.isPreflight(exchange.request())) {
        cors.setPreflightHeaders(exchange.request(), exchange.response());
        pages.writeNoContent(exchange.request(), exchange.response());
      } else {
        withHeaders.handle(route, exchange, chain);
      }
    };
  }
}
