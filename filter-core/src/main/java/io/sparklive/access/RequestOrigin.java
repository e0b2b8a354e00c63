// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import io.sparklive.http.Prefix;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/** The origin of a request: the web site whose page made the browser send it (CSRF check). */
public enum RequestOrigin {
  /** A page of this server. */
  SAME,
  /** A page of another server. */
  CROSS,
  /**
   * The request names none: a program sent it, or a user opened a bookmark or typed the address.
   */
  UNKNOWN;

  // Host names may have characters that RFC 3986 does not allow: spark_history:18080.
  private static final Pattern SOURCE =
      Pattern.compile("(https?)://([^/?#\\\\]+)([/?#].*)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern AUTHORITY =
      Pattern.compile("([^:@\\[\\]\\s]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");

  /**
   * The origin by {@code Sec-Fetch-Site} (W3C Fetch Metadata), {@code Origin} (RFC 6454) and {@code
   * Referer} (RFC 9110, section 10.1.3). If one of them names another site, the origin is that.
   */
  static RequestOrigin of(HttpServletRequest request) {
    Set<RequestOrigin> origins = EnumSet.of(UNKNOWN);
    values(request, "Sec-Fetch-Site").map(RequestOrigin::ofFetch).forEach(origins::add);
    Stream.concat(values(request, "Origin"), values(request, "Referer"))
        .map(source -> isOwn(source, request) ? SAME : CROSS)
        .forEach(origins::add);
    return origins.contains(CROSS) ? CROSS : origins.contains(SAME) ? SAME : UNKNOWN;
  }

  /**
   * The origin that the browser itself has determined ({@code Sec-Fetch-Site}), if it sends one. A
   * proxy may have changed the host that the other headers are compared with.
   */
  static RequestOrigin ofBrowser(HttpServletRequest request) {
    return values(request, "Sec-Fetch-Site")
        .map(RequestOrigin::ofFetch)
        .reduce((one, other) -> one == other ? one : CROSS)
        .orElseGet(() -> of(request));
  }

  /**
   * Whether the request names one of these pages as its origin. On any other page of this server,
   * the home page included, the link may be another user's. A browser that omits the {@code
   * Referer} of a form still names the server in {@code Origin}; it does so for forms, never for
   * links.
   *
   * @param pages the paths with which the paths of these pages begin
   */
  static boolean isFrom(List<String> pages, HttpServletRequest request) {
    List<String> referers = values(request, "Referer").toList();
    return referers.isEmpty()
        ? values(request, "Origin").findAny().isPresent()
        : referers.stream().allMatch(source -> isBelow(pages, source));
  }

  private static boolean isBelow(List<String> pages, String source) {
    HttpUrl page = HttpUrl.parse(source);
    return page != null
        && pages.stream()
            .map(Prefix::decoded)
            .anyMatch(Prefix.decoded(page.encodedPath())::startsWith);
  }

  private static RequestOrigin ofFetch(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "same-origin" -> SAME;
      case "none" -> UNKNOWN;
      default -> CROSS;
    };
  }

  /**
   * Whether an address has the host and the port of this server, as the browser sees them.
   *
   * @param source an absolute address, such as an origin
   */
  public static boolean isOwn(String source, HttpServletRequest request) {
    return Stream.concat(
            values(request, "Host"),
            // A browser sends this header to no site; a proxy that changes the host does.
            values(request, "X-Forwarded-Host").map(hosts -> hosts.split(",", 2)[0].strip()))
        .anyMatch(host -> isAt(host, source));
  }

  private static boolean isAt(String host, String source) {
    Matcher from = SOURCE.matcher(source);
    if (!from.matches()) {
      return false;
    }
    String usualPort = from.group(1).equalsIgnoreCase("https") ? "443" : "80";
    Optional<String> own = withPort(host, usualPort);
    return own.isPresent() && own.equals(withPort(from.group(2), usualPort));
  }

  private static Optional<String> withPort(String authority, String usualPort) {
    Matcher parts = AUTHORITY.matcher(authority.toLowerCase(Locale.ROOT));
    return parts.matches()
        ? Optional.of(parts.group(1) + ":" + (parts.group(2) == null ? usualPort : parts.group(2)))
        : Optional.empty();
  }

  private static Stream<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header)).stream()
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
