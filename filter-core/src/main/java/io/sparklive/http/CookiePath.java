// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

/** Writes the {@code Path} attribute of a cookie (RFC 6265, section 4.1.1). */
public final class CookiePath {
  private CookiePath() {}

  /**
   * Returns the attribute with its name. A {@code ;} in the path would begin another attribute, so
   * it is percent-encoded. If the browser's address has the path with a plain {@code ;}, the
   * browser does not return the cookie.
   */
  public static String of(String path) {
    return "Path=" + path.replace(";", "%3B");
  }
}
