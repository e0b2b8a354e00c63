// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;

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
}
