// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import jakarta.servlet.DispatcherType;
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
 * Sets the user of a request, as an authentication filter does. It is the outermost filter: it
 * stores the request and the response before any other filter can wrap them.
 */
final class TestAuthentication implements Filter {
  /** The request header with the name of the user. */
  private static final String USER = "X-Test-User";

  /** The request header with the cookie of a renewed login, which the response sets. */
  private static final String COOKIE = "X-Test-Cookie";

  /** The request header that each call of this filter adds to the response. */
  private static final String ADDED = "X-Test-Added";

  /** The request header that this filter adds to the response unless the request is dispatched. */
  private static final String ADDED_ONCE = "X-Test-Added-Once";

  /** The request header that makes this filter read the parameters, as some logins do. */
  private static final String PARSED = "X-Test-Parsed";

  private static final String REQUEST = TestAuthentication.class.getName() + ".request";
  private static final String RESPONSE = TestAuthentication.class.getName() + ".response";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletRequest outermost = withUser((HttpServletRequest) request);
    outermost.setAttribute(REQUEST, outermost);
    outermost.setAttribute(RESPONSE, response);
    String cookie = ((HttpServletRequest) request).getHeader(COOKIE);
    if (cookie != null) {
      ((HttpServletResponse) response).setHeader("Set-Cookie", cookie);
    }
    addHeader(ADDED, (HttpServletRequest) request, (HttpServletResponse) response);
    if (request.getDispatcherType() == DispatcherType.REQUEST) {
      addHeader(ADDED_ONCE, (HttpServletRequest) request, (HttpServletResponse) response);
    }
    if (((HttpServletRequest) request).getHeader(PARSED) != null) {
      String unused = request.getParameter("code");
    }
    chain.doFilter(outermost, response);
  }

  private static void addHeader(
      String name, HttpServletRequest request, HttpServletResponse response) {
    String value = request.getHeader(name);
    if (value != null) {
      response.addHeader(name, value);
    }
  }

  private static ServletRequest withUser(HttpServletRequest request) {
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

  /** Whether no filter after this one has wrapped the request or the response. */
  static boolean passedUnwrapped(ServletRequest request, ServletResponse response) {
    return request == request.getAttribute(REQUEST) && response == request.getAttribute(RESPONSE);
  }
}
