// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import io.sparklive.http.ResponseAbort;
import io.sparklive.runtime.SharedRuntime;
import io.sparklive.web.RequestHandler;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * The servlet filter that shows running applications in the History Server, beside the completed
 * ones.
 *
 * <p>Put it last in {@code spark.ui.filters} of the History Server. Its parameters are {@code
 * spark.io.sparklive.LiveHistoryFilter.param.<name>}. An unknown or invalid parameter stops the
 * History Server at its start.
 *
 * <p>The History Server makes an instance for each of its servlet contexts, and more with each
 * application that it loads. An instance costs nothing: all instances share one runtime, which the
 * last one stops. On any other UI the filter does nothing.
 */
public final class LiveHistoryFilter implements Filter {
  // Jetty also destroys an instance whose init has failed.
  private volatile boolean isAcquired;

  /** The servlet container calls this. */
  public LiveHistoryFilter() {}

  /**
   * Lets the runtime of this JVM start now, instead of after the first response of the History
   * Server. A readiness probe calls this.
   *
   * @return whether the filter shows running applications by now: discovery has started, whether it
   *     has found an application or not
   */
  public static boolean requestStart() {
    return SharedRuntime.requestStart();
  }

  /**
   * @throws ServletException if the filter is in the wrong place or a parameter is invalid; its
   *     message is one line for the administrator
   */
  @Override
  public void init(FilterConfig config) throws ServletException {
    try {
      SharedRuntime.acquire(config);
      isAcquired = true;
    } catch (IllegalArgumentException e) {
      throw new ServletException(e.getMessage());
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<RequestHandler> handler = SharedRuntime.requestHandler();
    if (handler.isPresent()
        && request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse) {
      ResponseAbort.throwIfAborted(httpRequest);
      handler.get().handle(httpRequest, httpResponse, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  @Override
  public void destroy() {
    if (isAcquired) {
      isAcquired = false;
      SharedRuntime.release();
    }
  }
}
