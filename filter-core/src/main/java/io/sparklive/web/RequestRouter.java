// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;

/**
 * Dispatches every request: resolves the route and calls its handler, or passes the request on
 * unchanged.
 */
public final class RequestRouter implements RequestHandler {
  private final WebContext context;
  private final ResponseWriter responses;
  private final String via;
  private final LoginCheck loginCheck;
  private final RouteTable handlers;

  /**
   * @param via the name of this filter in the {@code Via} headers of its own requests
   */
  public RequestRouter(WebContext context, String via, LoginCheck loginCheck, RouteTable handlers) {
    this.context = context;
    this.responses = context.responses();
    this.via = via;
    this.loginCheck = loginCheck;
    this.handlers = handlers;
  }

  @Override
  public void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = context.routes().of(request);
    if (route instanceof Route.PassThrough) {
      chain.doFilter(request, response);
      return;
    }
    context.users().recordUser(request);
    Exchange exchange = new Exchange(route, request, response, context.links().of(request));
    if (isLoop(request)) {
      responses.write(exchange, StatusPages.loop());
    } else if (!loginCheck.isRequired(exchange) || loginCheck.admit(exchange, chain)) {
      handlers.handle(exchange, chain);
    }
  }

  /**
   * Whether the filter itself sent the request. Then this History Server is configured as a driver:
   * of itself, or in a circle of several.
   */
  private boolean isLoop(HttpServletRequest request) {
    Enumeration<String> headers = request.getHeaders("Via");
    while (headers.hasMoreElements()) {
      if (headers.nextElement().contains(via)) {
        return true;
      }
    }
    return false;
  }
}
