// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;

/** Opens the {@link HistoryServerGateway} before the filters start, and closes it after them. */
public final class GatewayContextListener implements ServletContextListener {
  /** The servlet container calls this. */
  public GatewayContextListener() {}

  /**
   * @throws IllegalArgumentException if a parameter is missing or invalid, with one line for the
   *     administrator; the web application does not start then
   */
  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      HistoryServerGateway unused = HistoryServerGateway.open(event.getServletContext());
    } catch (ServletException e) {
      throw new IllegalStateException("The gateway to the History Server cannot start", e);
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    HistoryServerGateway.find(event.getServletContext()).ifPresent(HistoryServerGateway::close);
  }
}
