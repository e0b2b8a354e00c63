// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Handles requests until the {@link RequestRouter} is ready: responds with 503 on the filter's own
 * paths. The History Server would respond there with its home page, which a health probe would
 * interpret as success.
 */
public record NotReadyHandler(WebContext context) implements RequestHandler {
  @Override
  public void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = context.routes().of(request);
    if (route instanceof Route.Owned) {
      Links links = context.links().of(request);
      context
          .responses()
          .write(new Exchange(route, request, response, links), StatusPages.notReady(links));
    } else {
      chain.doFilter(request, response);
    }
  }
}
