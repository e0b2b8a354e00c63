// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Resets a response that is to be replaced by another. */
public final class Responses {
  private static final String SET_COOKIE = "Set-Cookie";

  private Responses() {}

  /**
   * Drops status, headers and body of a response that is not committed, but keeps its cookies. A
   * filter before this one may have renewed a login with them.
   */
  public static void reset(HttpServletResponse response) {
    List<String> cookies = List.copyOf(response.getHeaders(SET_COOKIE));
    response.reset();
    cookies.forEach(cookie -> response.addHeader(SET_COOKIE, cookie));
  }

  /** The headers that a response has now, for {@link #resetTo}. */
  public static Map<String, List<String>> headersOf(HttpServletResponse response) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : response.getHeaderNames()) {
      headers.put(name, List.copyOf(response.getHeaders(name)));
    }
    return headers;
  }

  /**
   * Drops status, headers and body of a response that is not committed. It keeps its cookies, and
   * these headers of an earlier time.
   */
  public static void resetTo(HttpServletResponse response, Map<String, List<String>> headers) {
    reset(response);
    headers.forEach(
        (name, values) -> {
          // The container may have added a header of its own.
          if (!response.containsHeader(name)) {
            values.forEach(value -> response.addHeader(name, value));
          }
        });
  }
}
