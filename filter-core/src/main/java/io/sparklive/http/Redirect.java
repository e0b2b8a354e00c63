package io.sparklive.http;

import jakarta.servlet.http.HttpServletResponse;

/** Where a redirect leads. */
public final class Redirect {
  private static final String NAME = "Location";

  private Redirect() {}

  /**
   * Sets it, whatever stood there. With {@code spark.ui.proxyRedirectUri} Spark 4.2 changes every
   * {@code Redirect} that an answer gets: it puts the prefix before ours once more, and drops the
   * query. One that takes the place of another it leaves alone.
   */
  public static void set(HttpServletResponse response, String target) {
    response.setHeader(NAME, target);
    if (!target.equals(response.getHeader(NAME))) {
      response.setHeader(NAME, target);
    }
  }
}
