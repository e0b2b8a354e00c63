package io.sparklive.pages;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/**
 * Lets pages of other sites read our JSON (WHATWG Fetch, section 3.2), if they are named. They may
 * send the person's credentials along, unless everybody is let in.
 *
 * @param origins such as {@code https://portal.example.org}; {@code *} alone for all
 */
public record Cors(Set<String> origins) {
  private static final String ANY_ORIGIN = "*";

  public Cors {
    origins = Set.copyOf(requireNonNull(origins, "origins"));
  }

  /** Says on an answer who may read it. */
  public void set(HttpServletRequest request, HttpServletResponse response) {
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

  /** Whether this is a browser's question before the request itself, to be answered here. */
  public boolean isPreflight(HttpServletRequest request) {
    return !origins.isEmpty()
        && request.getMethod().equals("OPTIONS")
        && request.getHeader("Origin") != null
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** Answers it, but for status and body. */
  public void answer(HttpServletRequest request, HttpServletResponse response) {
    set(request, response);
    if (response.getHeader("Access-Control-Allow-Origin") != null) {
      response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
      response.setHeader("Access-Control-Allow-Headers", "Accept, Authorization");
      response.setHeader("Access-Control-Max-Age", "600");
    }
  }
}
