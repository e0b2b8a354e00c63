// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import io.sparklive.http.TextSanitizer;

/** Text that a user's program or a cluster reports, in one line and limited in its length. */
final class UserText {
  private static final int LONGEST = 512;

  private UserText() {}

  /** The text, sanitized by {@link TextSanitizer}, and cut if it is longer than 512 characters. */
  static String of(String text) {
    return of(text, LONGEST);
  }

  /** The text, sanitized by {@link TextSanitizer}, and cut if it is longer than this. */
  static String of(String text, int longest) {
    String cut = text.length() <= longest ? text : text.substring(0, endOfCut(text, longest)) + "…";
    return TextSanitizer.oneLine(cut);
  }

  private static int endOfCut(String text, int longest) {
    return Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
  }
}
