// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Limits a driver's cookie (RFC 6265, section 4.1) to the path of its application. {@code Path} and
 * {@code Domain} of the driver are dropped.
 */
public final class PathScopedCookie {
  private static final Set<String> SCOPES = Set.of("path", "domain");

  private PathScopedCookie() {}

  /**
   * Rewrites a {@code Set-Cookie} for the browser.
   *
   * @param names the names of cookies that are forwarded to drivers; {@code *} for all
   * @param context the application's path
   * @return empty if the browser's cookie is not forwarded to the driver later
   */
  public static Optional<String> of(String setCookie, Set<String> names, String context) {
    String[] parts = setCookie.split(";", -1);
    if (!names.contains("*") && !names.contains(nameOf(parts[0]))) {
      return Optional.empty();
    }
    Stream<String> attributes =
        Arrays.stream(parts)
            .skip(1)
            .map(String::strip)
            .filter(part -> !SCOPES.contains(nameOf(part).toLowerCase(Locale.ROOT)));
    return Optional.of(
        Stream.of(Stream.of(parts[0].strip()), attributes, Stream.of(CookiePath.of(context)))
            .flatMap(stream -> stream)
            .collect(Collectors.joining("; ")));
  }

  /** Returns the name of a cookie or attribute, such as {@code session} for {@code session=1}. */
  public static String nameOf(String pair) {
    int equals = pair.indexOf('=');
    return (equals < 0 ? pair : pair.substring(0, equals)).strip();
  }
}
