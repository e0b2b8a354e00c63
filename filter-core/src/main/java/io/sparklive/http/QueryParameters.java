// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and removes single parameters of a query string, or of a form in the same syntax. */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * Returns the first value of a parameter, decoded.
   *
   * @param query the raw query; null if the request has none
   */
  public static Optional<String> first(@Nullable String query, String name) {
    return query == null
        ? Optional.empty()
        : Arrays.stream(query.split("&"))
            .filter(pair -> nameOf(pair).equals(name))
            .map(pair -> pair.contains("=") ? decoded(pair.substring(pair.indexOf('=') + 1)) : "")
            .findFirst();
  }

  /**
   * Returns the raw query without a parameter, in whatever form its name is encoded; null if
   * nothing is left.
   */
  public static @Nullable String without(@Nullable String query, String name) {
    if (query == null || first(query, name).isEmpty()) {
      return query;
    }
    String rest =
        Arrays.stream(query.split("&"))
            .filter(pair -> !nameOf(pair).equals(name))
            .collect(Collectors.joining("&"));
    return rest.isEmpty() ? null : rest;
  }

  private static String nameOf(String pair) {
    int equals = pair.indexOf('=');
    return decoded(equals < 0 ? pair : pair.substring(0, equals));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A lone %: the driver accepts the text as it is, or rejects it.
      return text;
    }
  }
}
