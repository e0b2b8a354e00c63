package io.sparklive.http;

/** The {@code Path} attribute of a cookie (RFC 6265, section 4.1.1). */
public final class CookiePath {
  private CookiePath() {}

  /**
   * The attribute with its name. A {@code ;} in a path would begin another attribute. A browser
   * that has the path with a {@code ;} in its address then does not return the cookie.
   */
  public static String of(String path) {
    return "Path=" + path.replace(";", "%3B");
  }
}
