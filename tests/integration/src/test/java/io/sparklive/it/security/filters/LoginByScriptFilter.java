// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * Replaces each redirect to the provider with a page with status 200 whose script leads there, as
 * the OKDP Spark Auth Filter 1.4.3 does with PKCE. Placed before {@link OidcFilter}, it applies to
 * requests to {@link #HOST}.
 */
public final class LoginByScriptFilter implements Filter {

  /** The host name of requests that get a page instead of a redirect. */
  public static final String HOST = "localhost";

  private String issuer;

  @Override
  public void init(FilterConfig config) {
    issuer = config.getInitParameter("issuer");
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!request.getServerName().equals(HOST)) {
      chain.doFilter(request, response);
      return;
    }
    WithoutLocation without = new WithoutLocation((HttpServletResponse) response);
    chain.doFilter(request, without);
    if (without.location != null) {
      response.setContentType("text/html;charset=utf-8");
      response
          .getWriter()
          .print("<!DOCTYPE html><script>location.replace('" + without.location + "')</script>");
    }
  }

  /** A response that records a redirect to the provider instead of sending it. */
  private final class WithoutLocation extends HttpServletResponseWrapper {
    private String location;

    WithoutLocation(HttpServletResponse response) {
      super(response);
    }

    @Override
    public void setHeader(String name, String value) {
      if (name.equals("Location") && value.startsWith(issuer)) {
        location = value;
        setStatus(SC_OK);
      } else {
        super.setHeader(name, value);
      }
    }
  }
}
