package io.sparklive.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Which web site made a browser ask, by what it says of that itself. */
enum Site {
  /** A page of this server. */
  OWN,
  /** A page of another. */
  OTHER,
  /** It does not say: a program, an address that somebody typed, a bookmark. */
  UNKNOWN;

  /**
   * By {@code Sec-Fetch-Site} (W3C Fetch Metadata), {@code Origin} (RFC 6454) and {@code Referer}
   * (RFC 9110, section 10.1.3). One sign of another site outweighs all others.
   */
  static Site of(HttpServletRequest request) {
    Set<Site> signs = EnumSet.of(UNKNOWN);
    values(request, "Sec-Fetch-Site").map(Site::ofFetch).forEach(signs::add);
    Stream.concat(values(request, "Origin"), values(request, "Referer"))
        .map(source -> isOwn(source, request) ? OWN : OTHER)
        .forEach(signs::add);
    return signs.contains(OTHER) ? OTHER : signs.contains(OWN) ? OWN : UNKNOWN;
  }

  private static Site ofFetch(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "same-origin" -> OWN;
      case "none" -> UNKNOWN;
      default -> OTHER;
    };
  }

  private static boolean isOwn(String source, HttpServletRequest request) {
    return Stream.concat(
            values(request, "Host"),
            // A browser sends it for no site; a proxy that has changed the host does.
            values(request, "X-Forwarded-Host").map(hosts -> hosts.split(",", 2)[0].strip()))
        .anyMatch(host -> isAt(host, source));
  }

  private static boolean isAt(String host, String source) {
    try {
      URI from = new URI(source);
      URI own = new URI("http://" + host);
      if (from.getScheme() == null || from.getHost() == null || own.getHost() == null) {
        return false;
      }
      int usual =
          switch (from.getScheme().toLowerCase(Locale.ROOT)) {
            case "http" -> 80;
            case "https" -> 443;
            default -> 0;
          };
      return usual != 0
          && from.getHost().equalsIgnoreCase(own.getHost())
          && port(from, usual) == port(own, usual);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static int port(URI uri, int usual) {
    return uri.getPort() < 0 ? usual : uri.getPort();
  }

  private static Stream<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header)).stream()
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
