// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which base paths of drivers ({@code spark.ui.proxyBase}) the filter may serve. A driver
 * is a user's program, and its base is a path of the History Server. So a base has at least two
 * segments, and its first segment belongs to nothing else on a History Server.
 *
 * @param base the base path of live UIs, such as {@code /sparkui}
 */
record BaseRules(String base) {
  /** The length of the longest base. */
  static final int LONGEST = 256;

  /** The servlet contexts of the History Server from 3.5 to 4.3, in lower case. */
  private static final Set<String> HISTORY_SERVER =
      Set.of("api", "history", "home", "json", "log", "logpage", "metrics", "proxy", "static");

  /**
   * Paths that authentication filters and proxies commonly have for their logins. A response of an
   * identity provider to such a path must never reach a driver.
   */
  private static final Set<String> LOGINS =
      Set.of(
          "auth",
          "callback",
          "cas",
          "login",
          "logout",
          "oauth",
          "oauth2",
          "oidc",
          "openid",
          "saml",
          "saml2",
          "signin",
          "sso");

  /** The reason why a base cannot be served; empty if it can. */
  Optional<String> problem(String path) {
    if (!path.startsWith("/") || path.length() > LONGEST || !Routes.isCanonical(path)) {
      return Optional.of("it is not a path of at most 256 characters in plain segments");
    }
    if (path.endsWith("/")) {
      return Optional.of("it ends with a slash, so the driver's links have two in a row");
    }
    if (path.indexOf('/', 1) < 0) {
      return Optional.of("it has only one segment, and a base needs at least two");
    }
    return isReserved(path)
        ? Optional.of("its first segment may be one of the History Server, the filter or a login")
        : Optional.empty();
  }

  /** Whether the first segment of a path belongs to the History Server, the filter or a login. */
  boolean isReserved(String path) {
    String first = firstSegment(path).toLowerCase(Locale.ROOT);
    return first.isEmpty()
        || ".;_".indexOf(first.charAt(0)) >= 0
        || HISTORY_SERVER.contains(first)
        || LOGINS.contains(first)
        || first.equals(firstSegment(base).toLowerCase(Locale.ROOT));
  }

  /** The first segment of a path that begins with a slash. */
  static String firstSegment(String path) {
    int end = path.indexOf('/', 1);
    return end < 0 ? path.substring(1) : path.substring(1, end);
  }
}
