package io.sparklive.http;

import java.util.regex.Pattern;

/**
 * Makes text from users, programs and clients safe for one line: in a log, a table or a message.
 *
 * <p>Such text could add lines to a log, change the direction of the text around it, or hide parts
 * of itself. A limit of the length is up to the caller.
 */
public final class TextSanitizer {
  // Unicode's category "other": control, format with the bidirectional controls, unpaired
  // surrogates, private use, unassigned. U+2028 and U+2029 have categories of their own.
  private static final Pattern UNSAFE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  private TextSanitizer() {}

  /**
   * The text with a space for each control, format, private use and unassigned character, line and
   * paragraph separator, and unpaired surrogate. All other characters stay.
   */
  public static String oneLine(String text) {
    return UNSAFE.matcher(text).replaceAll(" ");
  }
}
