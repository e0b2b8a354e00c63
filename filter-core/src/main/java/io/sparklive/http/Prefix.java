package io.sparklive.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of an address before every path of the History Server, as the browser sees it.
 *
 * @param origin scheme, host and port, such as {@code https://example.org}; empty for a path alone
 * @param path such as {@code /spark-history}, without a slash at the end; may be empty
 */
public record Prefix(String origin, String path) {
  /** No prefix. */
  public static final Prefix NONE = new Prefix("", "");

  // Host names may hold what RFC 3986 would not have: spark_history:18080.
  private static final Pattern URL =
      Pattern.compile(
          "(https?://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?)(/.*)?",
          Pattern.CASE_INSENSITIVE);
  // RFC 3986, section 3.3, but for letters, digits and percent-encoding.
  private static final String MARKS = "-._~!$&'()*+,;=:@";
  // The same marks percent-encoded, but the dot, of which browsers make other paths.
  private static final Pattern ENCODED =
      Pattern.compile("%(2[146-9a-dA-D]|3[abdABD]|40|5[fF]|7[eE])");

  /**
   * Reads a path: segments of RFC 3986, section 3.3, with or without a slash at the end.
   *
   * @return empty if a segment is empty, is a dot segment for browsers, or has another character
   */
  public static Optional<Prefix> ofPath(String text) {
    return pathOf(text).map(path -> new Prefix("", path));
  }

  /** Reads a path or an absolute URL of HTTP. Spark puts both before its links unchanged. */
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

  /** Browsers take {@code %2e} for a dot there (WHATWG URL, section 4.1). */
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
   * A path with the characters of its segments as they are: a proxy may name the prefix {@code
   * /jo@example.org} for the address {@code /jo%40example.org}.
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
   * The segment for which the scripts of Spark's pages read the next one as the application's id
   * ({@code utils.js}, {@code stagepage.js}); empty if there is none.
   */
  public Optional<String> misleadingSegment() {
    return Arrays.stream(path.split("/"))
        .filter(segment -> segment.equals("history") || segment.equals("proxy"))
        .findFirst();
  }

  /** The prefix as it stands in a link of a page. */
  @Override
  public String toString() {
    return origin + path;
  }
}
