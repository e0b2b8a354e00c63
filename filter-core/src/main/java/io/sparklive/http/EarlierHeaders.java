// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The headers that a response has at one time, as those set by filters before this one. They stay
 * if the response is replaced by another.
 *
 * @param values the values of each header, in their order
 */
public record EarlierHeaders(Map<String, List<String>> values) {
  /** No header. */
  public static final EarlierHeaders NONE = new EarlierHeaders(Map.of());

  private static final String SET_COOKIE = "Set-Cookie";

  /** Returns the headers that a response has now. */
  public static EarlierHeaders of(HttpServletResponse response) {
    Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : response.getHeaderNames()) {
      values.put(name, List.copyOf(response.getHeaders(name)));
    }
    return new EarlierHeaders(values);
  }

  /**
   * Drops status, headers and body of a response, except these headers and its cookies. A filter
   * may have renewed a login with the cookies.
   *
   * @throws IllegalStateException if the response is committed
   */
  public void reset(HttpServletResponse response) {
    List<String> cookies = List.copyOf(response.getHeaders(SET_COOKIE));
    response.reset();
    cookies.forEach(cookie -> response.addHeader(SET_COOKIE, cookie));
    // The container may have added a header of its own.
    addMissing(response);
  }

  /** Adds those of these headers that a response does not have. */
  public void addMissing(HttpServletResponse response) {
    values.forEach(
        (name, earlier) -> {
          if (!response.containsHeader(name)) {
            earlier.forEach(value -> response.addHeader(name, value));
          }
        });
  }
}
