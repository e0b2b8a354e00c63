// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Base64;

/** Accepts one name and password, on every path: a login of a driver's own. */
public final class BasicAuthFilter implements Filter {

  /** The only accepted {@code Authorization} header. */
  public static final String RIGHT =
      "Basic " + Base64.getEncoder().encodeToString("sam:open sesame".getBytes(UTF_8));

  /** The challenge of a denial. */
  public static final String CHALLENGE = "Basic realm=\"this driver\"";

  /** The whole body of a denial. */
  public static final String DENIAL = "This driver requires a password.";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (RIGHT.equals(((HttpServletRequest) request).getHeader("Authorization"))) {
      chain.doFilter(new AuthenticatedRequest((HttpServletRequest) request, "sam"), response);
    } else {
      HttpServletResponse denial = (HttpServletResponse) response;
      denial.setHeader("WWW-Authenticate", CHALLENGE);
      denial.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      denial.getWriter().print(DENIAL);
    }
  }
}
