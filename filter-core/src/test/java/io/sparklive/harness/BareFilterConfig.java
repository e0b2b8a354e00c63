// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a filter without a container.
 *
 * @param getServletContext the servlet context; see {@link #contextWith}
 * @param parameters the parameters
 */
public record BareFilterConfig(ServletContext getServletContext, Map<String, String> parameters)
    implements FilterConfig {

  /**
   * A servlet context with no attribute but the one that the environment detects.
   *
   * @param onWrite runs when an attribute is set
   */
  public static ServletContext contextWith(Optional<?> detection, Runnable onWrite) {
    return (ServletContext)
        Proxy.newProxyInstance(
            BareFilterConfig.class.getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("setAttribute")) {
                onWrite.run();
              }
              return method.getName().equals("getAttribute")
                      && arguments[0].equals(AttributeEnvironment.DETECTION)
                  ? detection.orElse(null)
                  : null;
            });
  }

  @Override
  public String getFilterName() {
    return "filter";
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
