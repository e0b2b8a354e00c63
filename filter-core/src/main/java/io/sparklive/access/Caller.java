package io.sparklive.access;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Who asks.
 *
 * @param user who they are, as the filters before ours say; empty where nobody has logged in
 * @param onBehalfOf whom they ask for ({@code doAs}), as proxies such as Knox do
 */
public record Caller(Optional<String> user, Optional<String> onBehalfOf) {
  public Caller {
    user = user.filter(name -> !name.isEmpty());
    requireNonNull(onBehalfOf, "onBehalfOf");
  }
}
