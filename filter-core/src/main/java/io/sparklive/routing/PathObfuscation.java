package io.sparklive.routing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the paths that some server, before or behind us, could take for one under a base, although
 * they are not spelled so: {@code /x/../sparkui/a}, {@code /%73parkui/a}, {@code //sparkui;x/a}.
 */
final class PathObfuscation {
  // Each round undoes one encoding: %252e is two deep. Deeper ones are nested by nobody in good
  // faith.
  private static final int DEEPEST = 8;
  private static final Pattern SUSPICIOUS = Pattern.compile("[%;\\\\]|//|/\\.");
  private static final Pattern ENCODED = Pattern.compile("%(?:u00)?([0-9A-Fa-f]{2})");

  private final String[] bases;

  PathObfuscation(String... bases) {
    this.bases = bases.clone();
  }

  /** Whether this path, which does not begin with a base, comes to one when it is normalised. */
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
   * @param merging whether {@code //} is taken for {@code /} before a {@code ..} is applied, as
   *     some servers do, or for an empty segment that it takes away, as in RFC 3986
   */
  private static String normalised(String path, boolean merging) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.substring(1).replace('\\', '/').split("/")) {
      String name = segment.replaceFirst(";.*", "");
      if (name.equals("..")) {
        segments.pollLast();
      } else if (!name.equals(".") && !(merging && name.isEmpty())) {
        segments.addLast(name);
      }
    }
    return segments.stream()
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining("/", "/", ""));
  }
}
