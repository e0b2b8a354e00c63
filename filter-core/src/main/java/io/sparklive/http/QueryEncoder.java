// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.nio.charset.StandardCharsets;

/**
 * Encodes a query string as RFC 3986 requires. Browsers and servers accept more characters ({@code
 * |}, {@code [}, a lone {@code %}), and such a query must reach the driver, too.
 */
public final class QueryEncoder {
  private static final String ALLOWED = "-._~!$&'()*+,;=:@/?";

  private QueryEncoder() {}

  /** Percent-encodes every character of a query that RFC 3986 does not allow. */
  public static String encode(String query) {
    StringBuilder uri = new StringBuilder(query.length() + 16);
    for (int i = 0; i < query.length(); ) {
      int character = query.codePointAt(i);
      if (isAllowed(character) || (character == '%' && isEncoded(query, i))) {
        uri.appendCodePoint(character);
      } else {
        appendEncoded(character, uri);
      }
      i += Character.charCount(character);
    }
    return uri.toString();
  }

  private static boolean isAllowed(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || ALLOWED.indexOf(character) >= 0;
  }

  private static boolean isEncoded(String query, int percent) {
    return percent + 2 < query.length()
        && Character.digit(query.charAt(percent + 1), 16) >= 0
        && Character.digit(query.charAt(percent + 2), 16) >= 0;
  }

  private static void appendEncoded(int character, StringBuilder uri) {
    for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      uri.append('%').append("%02X".formatted(b));
    }
  }
}
