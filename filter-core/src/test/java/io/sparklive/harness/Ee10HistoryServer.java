// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;

/** The embedded History Server in Jetty's EE 10 environment. */
final class Ee10HistoryServer extends JettyHistoryServer {
  private static final String ALL = "/*";

  Ee10HistoryServer(HistoryServerPlan plan) {
    super(plan);
  }

  @Override
  Handler handler(ServletContextPlan plan) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(plan.path());
    plan.attributes().forEach(context::setAttribute);
    FilterHolder first = new FilterHolder(plan.first());
    first.setAsyncSupported(true);
    context.addFilter(first, ALL, EnumSet.allOf(DispatcherType.class));
    FilterHolder filter = new FilterHolder(plan.filter());
    filter.setAsyncSupported(true);
    filter.setInitParameters(plan.parameters());
    context.addFilter(filter, ALL, EnumSet.allOf(DispatcherType.class));
    ServletHolder servlet = new ServletHolder(plan.servlet());
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, ALL);
    return context;
  }
}
