// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Takes the caller's word, in the header {@code X-Test-User}, for who it is. */
public final class HeaderUserFilter implements Filter {

  /** The header that names the user; without it there is none. */
  public static final String HEADER = "X-Test-User";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    chain.doFilter(new AuthenticatedRequest(asked, asked.getHeader(HEADER)), response);
  }
}
