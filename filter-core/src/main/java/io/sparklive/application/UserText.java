// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import io.sparklive.http.TextSanitizer;

/** Text that a user's program reports, in one line and limited to 512 characters. */
final class UserText {
  private static final int LONGEST = 512;

  private UserText() {}

  /** The text, sanitized by {@link TextSanitizer}, and cut if it is longer than 512 characters. */
  static String of(String text) {
    String cut = text.length() <= LONGEST ? text : text.substring(0, endOfCut(text)) + "…";
    return TextSanitizer.oneLine(cut);
  }

  private static int endOfCut(String text) {
    return Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
  }
}
