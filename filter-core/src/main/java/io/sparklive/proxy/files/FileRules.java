// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy.files;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which responses of drivers count as static files, which of their headers reach the
 * browser, and which headers isolate a file there. A driver is a user's program, and can send a
 * page with scripts under the name of an image.
 */
public final class FileRules {
  private static final String PARAMETERS = "\\s*(?:;[^,]*)?";
  // RFC 9110, section 8.3.1; the names of scripts are those of the WHATWG MIME Sniffing Standard.
  private static final Pattern SCRIPT_TYPE =
      Pattern.compile(
          "(?:text|application)/(?:x-)?(?:java|ecma)script" + PARAMETERS, Pattern.CASE_INSENSITIVE);
  private static final Pattern OTHER_FILE_TYPE =
      Pattern.compile(
          "(?:text/css"
              + "|image/[a-z0-9.+-]+"
              + "|font/[a-z0-9.+-]+"
              + "|application/(?:x-)?font-[a-z0-9.+-]+"
              + "|application/vnd\\.ms-fontobject"
              + ")"
              + PARAMETERS,
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> HEADERS =
      Set.of(
          "accept-ranges",
          "content-encoding",
          "content-language",
          "content-length",
          "content-range",
          "content-security-policy",
          "content-type",
          "etag",
          "last-modified",
          "vary");

  private FileRules() {}

  /**
   * Whether a response is for a style sheet, a script, an image or a font: the file, a part of it,
   * or a 304. Any other response is not, such as a redirect to another page.
   *
   * @param contentTypes the {@code Content-Type} headers as they are forwarded to the browser
   */
  public static boolean isFileResponse(int status, List<String> contentTypes) {
    return switch (status) {
      case HttpServletResponse.SC_OK, HttpServletResponse.SC_PARTIAL_CONTENT ->
          isFileType(contentTypes);
      case HttpServletResponse.SC_NOT_MODIFIED -> true;
      default -> false;
    };
  }

  /**
   * Whether the {@code Content-Type} header names a style sheet, a script, an image or a font. If
   * there are several such headers, the result is false: browsers do not agree on which one counts.
   */
  public static boolean isFileType(List<String> contentTypes) {
    return areAll(contentTypes, OTHER_FILE_TYPE) || isScript(contentTypes);
  }

  /** Whether a file needs this header, which an unauthenticated user then receives, too. */
  public static boolean isFileHeader(String name) {
    return HEADERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Sets the headers that make a file harmless if it is opened as a document, such as an SVG image
   * with scripts. The browser then keeps to the declared type, runs no scripts, and gives the
   * document an origin of its own. A policy of the driver remains; browsers enforce both (CSP Level
   * 3, section 3.1).
   *
   * <p>Browsers store the policy of a 304 or 206 in place of the file's policy, whatever the type
   * of the file (measured in Chromium 156 and Firefox 153). So the policy for scripts is set for
   * whole files only.
   *
   * @param isWhole whether the response has the whole file
   * @param contentTypes the {@code Content-Type} headers as they are forwarded to the browser
   */
  public static void isolate(
      HttpServletResponse response, boolean isWhole, List<String> contentTypes) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.addHeader(
        "Content-Security-Policy",
        isWhole && isScript(contentTypes)
            // A browser shows a script as text and does not run it, but a worker has the policy of
            // its script. Without these two, Chromium 156 gives the worker an origin of its
            // own, and CSP Level 3 (section 6.3.2) does not allow it to start.
            ? "sandbox allow-scripts allow-same-origin"
            : "sandbox");
  }

  /** Whether the only {@code Content-Type} header names a script. */
  public static boolean isScript(List<String> contentTypes) {
    return areAll(contentTypes, SCRIPT_TYPE);
  }

  private static boolean areAll(List<String> contentTypes, Pattern type) {
    return contentTypes.size() == 1 && type.matcher(contentTypes.get(0).strip()).matches();
  }
}
