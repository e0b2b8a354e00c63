// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;

/**
 * Handles the requests for one kind of route. Thread-safe.
 *
 * @param <R> the kind of route
 */
@FunctionalInterface
interface RouteHandler<R extends Route> {
  /** Responds to the request, or passes it on to the History Server. */
  void handle(R route, Exchange exchange, FilterChain chain) throws IOException, ServletException;

  /** A handler for an endpoint that needs no more than the request. */
  static RouteHandler<Route> of(Endpoint endpoint) {
    return (route, exchange, chain) -> endpoint.serve(exchange.request(), exchange.response());
  }
}
