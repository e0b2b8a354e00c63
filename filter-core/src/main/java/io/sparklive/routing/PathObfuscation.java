// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Detects obfuscated paths: paths that another server, before or behind the filter, could normalise
 * to one below a base. Examples are {@code /x/../sparkui/a}, {@code /%73parkui/a} and {@code
 * //sparkui;x/a}.
 */
final class PathObfuscation {
  // Each round decodes once: %252e needs two rounds. No legitimate client nests more encodings.
  private static final int DEEPEST = 8;
  private static final Pattern SUSPICIOUS = Pattern.compile("[%;\\\\]|//|/\\.");
  private static final Pattern ENCODED = Pattern.compile("%(?:u00)?([0-9A-Fa-f]{2})");

  private final String[] bases;

  PathObfuscation(String... bases) {
    this.bases = bases.clone();
  }

  /** Whether normalisation of this path, which does not begin with a base, leads below one. */
  boolean targetsBase(String path) {
    if (!SUSPICIOUS.matcher(path).find()) {
      return false;
    }
    String current = path;
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (isUnderBase(normalised(current, true)) || isUnderBase(normalised(current, false))) {
        return true;
      }
      String decoded = decoded(current);
      if (decoded.equals(current)) {
        return false;
      }
      current = decoded;
    }
    return true;
  }

  private boolean isUnderBase(String path) {
    for (String base : bases) {
      if (path.equals(base) || path.startsWith(base + "/")) {
        return true;
      }
    }
    return false;
  }

  private static String decoded(String path) {
    Matcher encoded = ENCODED.matcher(path);
    return encoded.replaceAll(
        match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  /**
   * The path without dot segments.
   *
   * @param mergesSlashes whether {@code //} becomes {@code /} before a {@code ..} is applied, as
   *     some servers do. Otherwise it is an empty segment that {@code ..} removes, as in RFC 3986.
   */
  private static String normalised(String path, boolean mergesSlashes) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.substring(1).replace('\\', '/').split("/")) {
      String name = segment.replaceFirst(";.*", "");
      if (name.equals("..")) {
        segments.pollLast();
      } else if (!name.equals(".") && !(mergesSlashes && name.isEmpty())) {
        segments.addLast(name);
      }
    }
    return segments.stream()
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining("/", "/", ""));
  }
}
