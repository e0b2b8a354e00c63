// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a servlet that runs in no container: {@link StreamingProxy} starts itself.
 *
 * @param context the servlet context of the filter
 * @param parameters the init parameters of the servlet
 */
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
  public @Nullable String getInitParameter(String name) {
    return parameters.get(name);
  }

  @Override
  public Enumeration<String> getInitParameterNames() {
    return Collections.enumeration(parameters.keySet());
  }
}
