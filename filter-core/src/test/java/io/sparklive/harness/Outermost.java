package io.sparklive.harness;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Remembers which objects the container had made, before any other filter could wrap them. */
final class Outermost implements Filter {
  private static final String REQUEST = Outermost.class.getName() + ".request";
  private static final String RESPONSE = Outermost.class.getName() + ".response";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    request.setAttribute(REQUEST, request);
    request.setAttribute(RESPONSE, response);
    chain.doFilter(request, response);
  }

  static boolean hadMade(ServletRequest request, ServletResponse response) {
    return request == request.getAttribute(REQUEST) && response == request.getAttribute(RESPONSE);
  }
}
