// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.regex.Pattern;

/**
 * Makes text from users, programs and clients safe for one line: in a log, a table or a message.
 *
 * <p>Such text could add lines to a log, change the direction of the text around it, or hide parts
 * of itself. A limit of the length is up to the caller.
 */
public final class TextSanitizer {
  // Control characters, unpaired surrogates, line and paragraph separators, and format characters
  // such as the bidirectional controls. Not the joiners: Persian words and emoji consist of them.
  // Not private use and unassigned characters: emoji newer than this JDK are among them.
  private static final Pattern UNSAFE =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}[\\p{Cf}&&[^\\u200C\\u200D]]]");

  private TextSanitizer() {}

  /**
   * The text with a space for each control and format character, line and paragraph separator, and
   * unpaired surrogate. All other characters stay, the zero-width joiner and non-joiner too.
   */
  public static String oneLine(String text) {
    return UNSAFE.matcher(text).replaceAll(" ");
  }
}
