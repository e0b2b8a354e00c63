package io.sparklive.war;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;

/** Opens the way to the History Server before the filters begin, and closes it after their end. */
public final class GatewayContextListener implements ServletContextListener {
  /** Made by the servlet container. */
  public GatewayContextListener() {}

  /**
   * @throws IllegalArgumentException where a parameter is missing or not understood, with one line
   *     for people; the web application does not start then
   */
  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      HistoryServerGateway unused = HistoryServerGateway.open(event.getServletContext());
    } catch (ServletException e) {
      throw new IllegalStateException("The way to the History Server cannot be opened", e);
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    HistoryServerGateway.in(event.getServletContext()).ifPresent(HistoryServerGateway::close);
  }
}
