// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.LiveHistoryFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * The plugin, except for requests with a header that skips it. So a History Server with and without
 * it can be compared in one JVM, under the same conditions.
 *
 * <p>Runs inside the History Server, in place of {@link LiveHistoryFilter} and with its parameters.
 */
public final class OptionalPlugin implements Filter {
  /** The header with which a request skips the plugin, whatever its value. */
  static final String WITHOUT = "Benchmark-Without-Plugin";

  private final Filter plugin = new LiveHistoryFilter();

  /** Called by the servlet container. */
  public OptionalPlugin() {}

  @Override
  public void init(FilterConfig config) throws ServletException {
    plugin.init(config);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (((HttpServletRequest) request).getHeader(WITHOUT) != null) {
      chain.doFilter(request, response);
    } else {
      plugin.doFilter(request, response, chain);
    }
  }

  @Override
  public void destroy() {
    plugin.destroy();
  }
}
