// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a user to see the event log of a live application: the query parameter {@code
 * live=false} of a history page. Without it, history pages of live applications redirect to the
 * live UI, and a driver that hangs would make its event log unreachable.
 */
public final class HistoryChoice {
  private static final String NAME = "live";
  private static final String VALUE = "false";

  private HistoryChoice() {}

  /**
   * The query with this choice, which the History Server ignores.
   *
   * @param query the query with its question mark; empty if there is none
   */
  public static String addedTo(String query) {
    String others = withoutIt(query);
    return (others.isEmpty() ? "?" : others + "&") + NAME + "=" + VALUE;
  }

  /** The query without this choice. */
  public static String withoutIt(String query) {
    String others = query.isEmpty() ? null : QueryParameters.without(query.substring(1), NAME);
    return others == null || others.isEmpty() ? "" : "?" + others;
  }

  /** Whether this request carries the choice. */
  public static boolean isMadeIn(HttpServletRequest request) {
    return isIn(request.getQueryString());
  }

  /**
   * Whether this request comes from a page of this application's history that carries the choice: a
   * link of that page, or one of its scripts. A proxy may have put any prefix before the path.
   */
  public static boolean isMadeBefore(HttpServletRequest request, ApplicationId id) {
    try {
      URI referer = new URI(Optional.ofNullable(request.getHeader("Referer")).orElse(""));
      String path = Optional.ofNullable(referer.getRawPath()).orElse("");
      return path.contains("/history/" + id + "/") && isIn(referer.getRawQuery());
    } catch (URISyntaxException e) {
      // Browsers send addresses that RFC 3986 does not allow, for pages of other servers.
      return false;
    }
  }

  private static boolean isIn(@Nullable String query) {
    return QueryParameters.first(query, NAME).equals(Optional.of(VALUE));
  }
}
