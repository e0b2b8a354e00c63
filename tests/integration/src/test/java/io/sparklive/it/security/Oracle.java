// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Predicts the request that the driver of one application may receive. It follows the documentation
 * of the paths and uses no code of the filter.
 *
 * @param id the id of the live application
 */
record Oracle(String id) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Set<String> UNSAFE = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final String SEGMENT =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,=:@";
  private static final int LONGEST = 2048;

  /**
   * A request at the driver.
   *
   * @param path without the query
   * @param context the path of the driver's root in the browser
   */
  record Forwarded(String path, String context) {}

  /** The request that may reach the driver for this one; empty if none may. */
  Optional<Forwarded> of(RecordedRequest request) {
    return METHODS.contains(request.method().toUpperCase(Locale.ROOT))
            && request.values("service-worker").isEmpty()
        ? of(pathOf(request.target())).filter(to -> mayForward(request, to))
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
   * The path of a request target in origin form or absolute form (RFC 9112, section 3.2). Jetty up
   * to 11 accepts any scheme in it, and a missing authority.
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

  /** Whether Spark kills a job or stage at this path of a driver. */
  static boolean isKill(String path) {
    return path.matches("/(jobs/job|stages/stage)/kill(/.*)?");
  }

  private static boolean mayForward(RecordedRequest request, Forwarded to) {
    FetchMetadataCase origin = FetchMetadataCase.in(request);
    if (isKill(to.path())) {
      return !origin.foreign() && (origin.own() || request.method().equals("POST"));
    }
    return !UNSAFE.contains(request.method()) || !origin.foreign();
  }

  /**
   * Whether a query may have become this one: characters that RFC 3986 does not allow are
   * percent-encoded, nothing else has changed. Compares only the part before the first character
   * that is not ASCII.
   */
  static boolean isSameQuery(String sent, String arrived) {
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < sent.length(); i++) {
      char one = sent.charAt(i);
      if (one > '~') {
        return arrived.startsWith(encoded.toString());
      }
      boolean encodes = one == '%' && sent.substring(i).matches("%[0-9A-Fa-f]{2}(?s:.*)");
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
