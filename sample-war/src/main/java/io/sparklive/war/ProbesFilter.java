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
 * Answers the probes of Kubernetes, before any login: {@code /healthz} as soon as this runs, {@code
 * /readiness} once running applications are shown. Neither depends on the History Server: running
 * applications are shown without it.
 */
public final class ProbesFilter implements Filter {
  /** Made by the servlet container. */
  public ProbesFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse
        && httpRequest.getMethod().matches("GET|HEAD")) {
      switch (String.valueOf(Deployment.FRONTING.path(httpRequest))) {
        case "/healthz" -> answer(httpResponse, true);
        case "/readiness" -> answer(httpResponse, LiveHistoryFilter.isReady());
        default -> chain.doFilter(request, response);
      }
    } else {
      chain.doFilter(request, response);
    }
  }

  private static void answer(HttpServletResponse response, boolean isWell) throws IOException {
    response.setStatus(
        isWell ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("text/plain;charset=utf-8");
    response.getWriter().write(isWell ? "ok\n" : "starting\n");
  }
}
