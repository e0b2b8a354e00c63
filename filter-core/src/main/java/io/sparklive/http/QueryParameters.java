package io.sparklive.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Single parameters of a query string, or of a form in the same syntax. */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * The first value of a parameter.
   *
   * @param query the raw query; null where there is none
   */
  public static Optional<String> first(String query, String name) {
    return query == null
        ? Optional.empty()
        : Arrays.stream(query.split("&"))
            .filter(pair -> nameOf(pair).equals(name))
            .map(pair -> pair.contains("=") ? decoded(pair.substring(pair.indexOf('=') + 1)) : "")
            .findFirst();
  }

  /** The query without a parameter, however that is written; null where nothing is left. */
  public static String without(String query, String name) {
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
      // A lone %: the driver takes it for what it is, or not at all.
      return text;
    }
  }
}
