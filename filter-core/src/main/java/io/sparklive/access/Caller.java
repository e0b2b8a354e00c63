// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The sender of a request, as the authentication filters before this filter have determined it.
 *
 * @param user the authenticated user; empty if there is none
 * @param doAs the user for whom a proxy sends the request ({@code doAs}), for example a proxy such
 *     as Knox
 * @param unnamed the text for the log if there is no authenticated user
 */
public record Caller(Optional<String> user, Optional<String> doAs, String unnamed) {
  /**
   * The query parameter with the user for whom a proxy sends the request. Spark reads it. The
   * filter does not forward it to drivers, as these do not get the name of the user either.
   */
  public static final String DO_AS = "doAs";

  private static final String ATTRIBUTE = Caller.class.getName();

  public Caller {
    user = user.filter(name -> !name.isEmpty());
    requireNonNull(doAs, "doAs");
  }

  public Caller(Optional<String> user, Optional<String> doAs) {
    this(user, doAs, "an unauthenticated user");
  }

  /** The sender of this request. */
  public static Caller of(HttpServletRequest request, Optional<String> doAs) {
    Optional<String> user = Optional.ofNullable(request.getRemoteUser());
    return request.getAttribute(ATTRIBUTE) instanceof String unnamed
        ? new Caller(user, doAs, unnamed)
        : new Caller(user, doAs);
  }

  /** Sets the text for the log, in case that no filter authenticates the sender of a request. */
  public static void describe(HttpServletRequest request, String unnamed) {
    request.setAttribute(ATTRIBUTE, unnamed);
  }

  /** The name for the log. */
  public String name() {
    return user.orElse(unnamed);
  }
}
