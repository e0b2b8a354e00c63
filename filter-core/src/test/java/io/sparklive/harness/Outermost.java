// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Says who has logged in, as an authentication filter does, and remembers which objects came out of
 * that, before any other filter could wrap them.
 */
final class Outermost implements Filter {
  /** The request header that says who has logged in. */
  private static final String USER = "X-Test-User";

  /** The request header with the cookie that a renewed login comes with. */
  private static final String COOKIE = "X-Test-Cookie";

  /** The request header that makes it read the parameters, as filters of some logins do. */
  private static final String PARSED = "X-Test-Parsed";

  private static final String REQUEST = Outermost.class.getName() + ".request";
  private static final String RESPONSE = Outermost.class.getName() + ".response";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletRequest outermost = ofUser((HttpServletRequest) request);
    outermost.setAttribute(REQUEST, outermost);
    outermost.setAttribute(RESPONSE, response);
    String cookie = ((HttpServletRequest) request).getHeader(COOKIE);
    if (cookie != null) {
      ((HttpServletResponse) response).setHeader("Set-Cookie", cookie);
    }
    if (((HttpServletRequest) request).getHeader(PARSED) != null) {
      String unused = request.getParameter("code");
    }
    chain.doFilter(outermost, response);
  }

  private static ServletRequest ofUser(HttpServletRequest request) {
    String user = request.getHeader(USER);
    return user == null
        ? request
        : new HttpServletRequestWrapper(request) {
          @Override
          public String getRemoteUser() {
            return user;
          }
        };
  }

  static boolean hadMade(ServletRequest request, ServletResponse response) {
    return request == request.getAttribute(REQUEST) && response == request.getAttribute(RESPONSE);
  }
}
