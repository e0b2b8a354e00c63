package io.sparklive.http;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

/** The configuration of a servlet that no container has. */
public record ProxyConfig(ServletContext context, Map<String, String> parameters)
    implements ServletConfig {
  @Override
  public String getServletName() {
    return "spark-live-history-proxy";
  }

  @Override
  public ServletContext getServletContext() {
    return context;
  }

  @Override
  public String getInitParameter(String name) {
    return parameters.get(name);
  }

  @Override
  public Enumeration<String> getInitParameterNames() {
    return Collections.enumeration(parameters.keySet());
  }
}
