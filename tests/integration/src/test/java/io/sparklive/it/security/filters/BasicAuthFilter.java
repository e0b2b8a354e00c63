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

/** Lets in who knows the one name and password, on every path: how a driver guards itself. */
public final class BasicAuthFilter implements Filter {

  /** What the {@code Authorization} header must be. */
  public static final String RIGHT =
      "Basic " + Base64.getEncoder().encodeToString("sam:open sesame".getBytes(UTF_8));

  /** What those who are not let in are told to bring. */
  public static final String CHALLENGE = "Basic realm=\"this driver\"";

  /** The whole answer to them. */
  public static final String REFUSAL = "This driver does not know you.";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (RIGHT.equals(((HttpServletRequest) request).getHeader("Authorization"))) {
      chain.doFilter(new AuthenticatedRequest((HttpServletRequest) request, "sam"), response);
    } else {
      HttpServletResponse refusal = (HttpServletResponse) response;
      refusal.setHeader("WWW-Authenticate", CHALLENGE);
      refusal.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      refusal.getWriter().print(REFUSAL);
    }
  }
}
