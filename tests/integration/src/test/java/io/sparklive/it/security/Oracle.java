// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says what a request may become on its way to the driver of one application, as the documentation
 * of the paths has it and without a line of the filter's.
 *
 * @param id the application that is live
 */
record Oracle(String id) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Set<String> UNSAFE = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final String SEGMENT =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,=:@";
  private static final int LONGEST = 2048;

  /**
   * What reaches the driver.
   *
   * @param path without the query
   * @param context where the browser sees the driver's root
   */
  record Forwarded(String path, String context) {}

  /** What may reach the driver of this request; empty for nothing. */
  Optional<Forwarded> of(RecordedRequest asked) {
    return METHODS.contains(asked.method().toUpperCase(Locale.ROOT))
            && asked.values("service-worker").isEmpty()
        ? of(pathOf(asked.target())).filter(to -> mayChangeThings(asked, to))
        : Optional.empty();
  }

  private Optional<Forwarded> of(String path) {
    if (!isCanonical(path)) {
      return Optional.empty();
    }
    for (String base : List.of("/sparkui/" + id, "/proxy/" + id)) {
      if (path.startsWith(base + "/")) {
        return Optional.of(new Forwarded(path.substring(base.length()), base));
      }
    }
    String rest = "/api/v1/applications/" + id;
    if (path.equals(rest) || path.startsWith(rest + "/")) {
      return Optional.of(new Forwarded(path, "/sparkui/" + id));
    }
    return Optional.empty();
  }

  /**
   * The path of a request target in origin form or absolute form (RFC 9112, section 3.2), of which
   * Jetty up to 11 takes any scheme, and no authority.
   */
  private static String pathOf(String target) {
    String path = target.replaceFirst("[?#](?s:.*)", "");
    return path.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?(?=/)", "");
  }

  private static boolean isCanonical(String path) {
    if (!path.startsWith("/") || path.length() > LONGEST) {
      return false;
    }
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean slashAtEnd = i == segments.length - 1 && segments[i].isEmpty();
      if (!slashAtEnd && !isPlain(segments[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String segment) {
    return !Set.of("", ".", "..").contains(segment)
        && segment.chars().allMatch(one -> SEGMENT.indexOf(one) >= 0);
  }

  /** Whether Spark kills something at this path of a driver. */
  static boolean isKill(String path) {
    return path.matches("/(jobs/job|stages/stage)/kill(/.*)?");
  }

  private static boolean mayChangeThings(RecordedRequest asked, Forwarded to) {
    FetchMetadataCase signs = FetchMetadataCase.in(asked);
    if (isKill(to.path())) {
      return !signs.foreign() && (signs.own() || asked.method().equals("POST"));
    }
    return !UNSAFE.contains(asked.method()) || !signs.foreign();
  }

  /**
   * Whether a query can have become this one: the characters that RFC 3986 has no place for are
   * percent-encoded, nothing else has changed. Only what is before a character that is not ASCII is
   * looked at.
   */
  static boolean isSameQuery(String asked, String arrived) {
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < asked.length(); i++) {
      char one = asked.charAt(i);
      if (one > '~') {
        return arrived.startsWith(encoded.toString());
      }
      boolean encodes = one == '%' && asked.substring(i).matches("%[0-9A-Fa-f]{2}(?s:.*)");
      if (encodes || one == '/' || one == '?' || one == ';' || SEGMENT.indexOf(one) >= 0) {
        encoded.append(one);
      } else {
        byte[] bytes = String.valueOf(one).getBytes(StandardCharsets.US_ASCII);
        encoded.append('%').append("%02X".formatted(bytes[0]));
      }
    }
    return arrived.equals(encoded.toString());
  }
}
