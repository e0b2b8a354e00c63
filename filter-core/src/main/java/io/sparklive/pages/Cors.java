// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/**
 * CORS headers (WHATWG Fetch, section 3.2): allow pages of the named sites to read the filter's
 * JSON. They may send the user's credentials along, unless all sites are allowed.
 *
 * @param origins such as {@code https://portal.example.org}; {@code *} alone for all
 */
public record Cors(Set<String> origins) {
  private static final String ANY_ORIGIN = "*";

  public Cors {
    origins = Set.copyOf(requireNonNull(origins, "origins"));
  }

  /** Sets the headers that allow a site to read the response. */
  public void setHeaders(HttpServletRequest request, HttpServletResponse response) {
    if (origins.contains(ANY_ORIGIN)) {
      response.setHeader("Access-Control-Allow-Origin", ANY_ORIGIN);
    } else if (!origins.isEmpty()) {
      response.addHeader("Vary", "Origin");
      String origin = request.getHeader("Origin");
      if (origin != null && origins.contains(origin)) {
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Access-Control-Allow-Credentials", "true");
      }
    }
  }

  /** Whether this is a preflight request of a browser, which the filter itself responds to. */
  public boolean isPreflight(HttpServletRequest request) {
    return !origins.isEmpty()
        && request.getMethod().equals("OPTIONS")
        && request.getHeader("Origin") != null
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** Sets the headers of the response to a preflight request. */
  public void setPreflightHeaders(HttpServletRequest request, HttpServletResponse response) {
    setHeaders(request, response);
    if (response.getHeader("Access-Control-Allow-Origin") != null) {
      response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
      response.setHeader("Access-Control-Allow-Headers", "Accept, Authorization");
      response.setHeader("Access-Control-Max-Age", "600");
    }
  }
}
