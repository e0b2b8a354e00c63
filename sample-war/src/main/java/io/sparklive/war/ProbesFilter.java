// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.LiveHistoryFilter;
import io.sparklive.spi.Deployment;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Responds to the health probes of Kubernetes, before any login. {@code /healthz} is 200 as soon as
 * this filter runs, {@code /readiness} once the WAR shows running applications. Neither depends on
 * the History Server: the WAR shows running applications without it.
 */
public final class ProbesFilter implements Filter {
  /** The servlet container calls this. */
  public ProbesFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse
        && httpRequest.getMethod().matches("GET|HEAD")) {
      switch (String.valueOf(Deployment.FRONTING.path(httpRequest))) {
        case "/healthz" -> respond(httpResponse, true);
        case "/readiness" -> respond(httpResponse, LiveHistoryFilter.requestStart());
        default -> chain.doFilter(request, response);
      }
    } else {
      chain.doFilter(request, response);
    }
  }

  private static void respond(HttpServletResponse response, boolean isOk) throws IOException {
    response.setStatus(
        isOk ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("text/plain;charset=utf-8");
    response.getWriter().write(isOk ? "ok\n" : "starting\n");
  }
}
