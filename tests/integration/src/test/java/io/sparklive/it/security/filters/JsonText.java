// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the JSON of an OpenID provider without a JSON library, which is not on the class path
 * there.
 */
final class JsonText {

  private JsonText() {}

  /**
   * A text without escapes.
   *
   * @throws IllegalArgumentException if there is no text of that name
   */
  static String string(String json, String name) {
    return found(json, "\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"", name);
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if there is no number of that name
   */
  static long number(String json, String name) {
    return Long.parseLong(found(json, "\"" + name + "\"\\s*:\\s*(\\d+)", name));
  }

  private static String found(String json, String pattern, String name) {
    Matcher matcher = Pattern.compile(pattern).matcher(json);
    if (!matcher.find()) {
      throw new IllegalArgumentException("There is no " + name + " in " + json);
    }
    return matcher.group(1);
  }
}
