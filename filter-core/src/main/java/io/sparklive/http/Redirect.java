// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletResponse;

/** Sets the {@code Location} of a redirect. */
public final class Redirect {
  private static final String NAME = "Location";

  private Redirect() {}

  /**
   * Sets the header, in place of an earlier one. With {@code spark.ui.proxyRedirectUri}, Spark 4.2
   * changes the first {@code Location} of a response: it adds the prefix once more, and drops the
   * query. A {@code Location} that replaces another is not changed, so it is set twice.
   */
  public static void setLocation(HttpServletResponse response, String target) {
    response.setHeader(NAME, target);
    if (!target.equals(response.getHeader(NAME))) {
      response.setHeader(NAME, target);
    }
  }
}
