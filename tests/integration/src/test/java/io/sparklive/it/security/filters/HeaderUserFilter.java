// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Sets the user that the request names in the header {@code X-Test-User}, without any check. */
public final class HeaderUserFilter implements Filter {

  /** The header with the user; without it there is no user. */
  public static final String HEADER = "X-Test-User";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest httpRequest = (HttpServletRequest) request;
    chain.doFilter(new AuthenticatedRequest(httpRequest, httpRequest.getHeader(HEADER)), response);
  }
}
