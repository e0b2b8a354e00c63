// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The servlet behind the filter: forwards each request to the History Server. */
public final class HistoryServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** The servlet container calls this. */
  public HistoryServlet() {}

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    HistoryServerGateway.find(getServletContext())
        .orElseThrow(
            () -> new ServletException("web.xml declares no " + GatewayContextListener.class))
        .forward(request, response);
  }
}
