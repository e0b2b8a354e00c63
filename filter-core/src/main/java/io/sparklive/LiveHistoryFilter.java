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
 * Shows running applications in the History Server, beside the completed ones.
 *
 * <p>Name it last in {@code spark.ui.filters} of the History Server. Its parameters are {@code
 * spark.io.sparklive.LiveHistoryFilter.param.<name>}; one that does not exist or is not understood
 * stops the History Server at its start.
 *
 * <p>The History Server makes an instance for each of its servlet contexts, and more with each
 * application that it loads: an instance costs nothing, all share what one runtime does in the
 * background, and the last one to go ends that. On any other UI the filter does nothing.
 */
public final class LiveHistoryFilter implements Filter {
  // Jetty destroys an instance whose init has failed, too.
  private volatile boolean joined;

  /** Made by the servlet container. */
  public LiveHistoryFilter() {}

  /**
   * Whether running applications are shown in this JVM by now: discovery has begun, whether it has
   * found anything or not.
   */
  public static boolean isReady() {
    return SharedRuntime.areReady();
  }

  /**
   * @throws ServletException where the filter stands wrongly or a parameter is not understood; its
   *     message is one line for people
   */
  @Override
  public void init(FilterConfig config) throws ServletException {
    try {
      SharedRuntime.join(config);
      joined = true;
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
      ResponseAbort.check(httpRequest);
      handler.get().handle(httpRequest, httpResponse, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  @Override
  public void destroy() {
    if (joined) {
      joined = false;
      SharedRuntime.leave();
    }
  }
}
