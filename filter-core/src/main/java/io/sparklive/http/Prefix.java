// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The start of every address of the History Server in the browser, before the server's own path.
 *
 * @param origin scheme, host and port, such as {@code https://example.org}; empty for a path alone
 * @param path such as {@code /spark-history}, without a slash at the end; may be empty
 */
public record Prefix(String origin, String path) {
  /** No prefix. */
  public static final Prefix NONE = new Prefix("", "");

  // Host names in use have characters that RFC 3986 does not allow: spark_history:18080.
  private static final Pattern URL =
      Pattern.compile(
          "(https?://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?)(/.*)?",
          Pattern.CASE_INSENSITIVE);
  // RFC 3986, section 3.3, without letters, digits and percent-encoding.
  private static final String MARKS = "-._~!$&'()*+,;=:@";
  // The same marks percent-encoded, without the dot: browsers resolve it to another path.
  private static final Pattern ENCODED =
      Pattern.compile("%(2[146-9a-dA-D]|3[abdABD]|40|5[fF]|7[eE])");

  /**
   * Parses a path: segments of RFC 3986, section 3.3, with or without a slash at the end.
   *
   * @return empty if a segment is empty, is a dot segment for browsers, or has another character
   */
  public static Optional<Prefix> ofPath(String text) {
    return pathOf(text).map(path -> new Prefix("", path));
  }

  /** Parses a path or an absolute HTTP URL. Spark adds both to its links unchanged. */
  public static Optional<Prefix> ofPathOrUrl(String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      return ofPath(text);
    }
    return pathOf(url.group(2) == null ? "" : url.group(2))
        .map(path -> new Prefix(url.group(1), path));
  }

  private static Optional<String> pathOf(String text) {
    String path = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    boolean isPath =
        path.isEmpty()
            || (path.startsWith("/")
                && Arrays.stream(path.substring(1).split("/", -1)).allMatch(Prefix::isSegment));
    return isPath ? Optional.of(path) : Optional.empty();
  }

  private static boolean isSegment(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isAllowed =
          c == '%' ? isHex(text, i + 1) && isHex(text, i + 2) : isAlphanumeric(c) || isMark(c);
      if (!isAllowed) {
        return false;
      }
    }
    return !text.isEmpty() && !isDotSegment(text);
  }

  /** Browsers also read {@code %2e} as a dot there (WHATWG URL, section 4.1). */
  private static boolean isDotSegment(String segment) {
    String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
    return plain.equals(".") || plain.equals("..");
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isMark(char c) {
    return MARKS.indexOf(c) >= 0;
  }

  private static boolean isHex(String text, int index) {
    return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
  }

  /**
   * Decodes percent-encoded marks in a path. A proxy may report the prefix {@code /jo@example.org}
   * for the address {@code /jo%40example.org}.
   */
  public static String decoded(String path) {
    return ENCODED
        .matcher(path)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  /**
   * Returns the segment that misleads the scripts of Spark's pages ({@code utils.js}, {@code
   * stagepage.js}): they read the segment after it as the application's id.
   */
  public Optional<String> misleadingSegment() {
    return Arrays.stream(path.split("/"))
        .filter(segment -> segment.equals("history") || segment.equals("proxy"))
        .findFirst();
  }

  /** Returns the prefix as a page writes it in a link. */
  @Override
  public String toString() {
    return origin + path;
  }
}
