package io.sparklive.application;

import java.util.regex.Pattern;

/** Text that users write, made harmless for tables, logs and heads. */
final class TextSanitizer {
  private static final int LONGEST = 512;
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

  private TextSanitizer() {}

  /**
   * The text with spaces for control characters and for those that turn the direction of text, cut
   * where it is longer than 512 characters.
   */
  static String sanitize(String text) {
    String cut = text.length() <= LONGEST ? text : text.substring(0, endOfCut(text)) + "…";
    return CONTROL.matcher(cut).replaceAll(" ");
  }

  private static int endOfCut(String text) {
    return Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
  }
}
