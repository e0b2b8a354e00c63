// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.CookiePath;
import io.sparklive.routing.Links;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Optional;

/**
 * A cookie that marks an application as complete, for a minute. Of two History Servers behind one
 * address, one may have the complete event log before the other. Without the cookie, the other
 * would redirect the browser back to the live UI, and the first to the history again.
 */
final class EndedCookie {
  private static final String NAME = "SparkLiveHistoryEnded";
  private static final int SECONDS = 60;

  private EndedCookie() {}

  /** Sets the cookie, for the history of this application only. */
  static void set(HttpServletResponse response, ApplicationId id, Links links) {
    // RFC 6265; the servlet API of Spark 3.5 has no SameSite.
    response.addHeader(
        "Set-Cookie",
        "%s=%s; %s; Max-Age=%d; HttpOnly; SameSite=Lax"
            .formatted(
                NAME, id, CookiePath.of(links.paths().history(id, Optional.empty())), SECONDS));
  }

  /** Whether the request has the cookie. */
  static boolean isSet(HttpServletRequest request, ApplicationId id) {
    Cookie[] cookies = Optional.ofNullable(request.getCookies()).orElse(new Cookie[0]);
    return Arrays.stream(cookies)
        .anyMatch(cookie -> cookie.getName().equals(NAME) && cookie.getValue().equals(id.value()));
  }
}
