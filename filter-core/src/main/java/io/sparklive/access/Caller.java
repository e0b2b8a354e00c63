package io.sparklive.access;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Who asks.
 *
 * @param user who they are, as the filters before ours say; empty where nobody has logged in
 * @param onBehalfOf whom they ask for ({@code doAs}), as proxies such as Knox do
 * @param unnamed what the log says of a sender without a name
 */
public record Caller(Optional<String> user, Optional<String> onBehalfOf, String unnamed) {
  /**
   * The query parameter with the user on whose behalf a proxy sends the request. Spark reads it; it
   * is not forwarded to drivers, which do not know the caller.
   */
  public static final String DO_AS = "doAs";

  private static final String ATTRIBUTE = Caller.class.getName();

  public Caller {
    user = user.filter(name -> !name.isEmpty());
    requireNonNull(onBehalfOf, "onBehalfOf");
  }

  public Caller(Optional<String> user, Optional<String> onBehalfOf) {
    this(user, onBehalfOf, "somebody who has not logged in");
  }

  /** The sender of this request. */
  public static Caller of(HttpServletRequest request, Optional<String> onBehalfOf) {
    Optional<String> user = Optional.ofNullable(request.getRemoteUser());
    return request.getAttribute(ATTRIBUTE) instanceof String unnamed
        ? new Caller(user, onBehalfOf, unnamed)
        : new Caller(user, onBehalfOf);
  }

  /** Has the log say this of the sender of a request, if no filter names a user. */
  public static void describe(HttpServletRequest request, String unnamed) {
    request.setAttribute(ATTRIBUTE, unnamed);
  }

  /** What the log calls them. */
  public String name() {
    return user.orElse(unnamed);
  }
}
