package io.sparklive.proxy;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules for files of drivers. A driver is a user's program, and can send a page with scripts
 * under the name of an image.
 */
final class FileRules {
  // RFC 9110, section 8.3.1; the names of scripts are those of the WHATWG MIME Sniffing Standard.
  private static final Pattern FILE_TYPE =
      Pattern.compile(
          "(?:text/css"
              + "|(?:text|application)/(?:x-)?(?:java|ecma)script"
              + "|image/[a-z0-9.+-]+"
              + "|font/[a-z0-9.+-]+"
              + "|application/(?:x-)?font-[a-z0-9.+-]+"
              + "|application/vnd\\.ms-fontobject"
              + ")\\s*(?:;[^,]*)?",
          Pattern.CASE_INSENSITIVE);

  private FileRules() {}

  /**
   * Whether a response with these {@code Content-Type} headers is a style sheet, a script, an image
   * or a font. Of several, browsers do not agree on the one that counts.
   */
  static boolean areOfFile(List<String> contentTypes) {
    return contentTypes.size() == 1 && FILE_TYPE.matcher(contentTypes.get(0).strip()).matches();
  }

  /**
   * Makes a file harmless that is opened as a document, such as an SVG image with scripts: it is
   * read as what it says it is, without scripts, and in an origin of its own. A policy of the
   * driver's stays; browsers obey both (CSP Level 3, section 3.1).
   */
  static void makeHarmless(HttpServletResponse response) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.addHeader("Content-Security-Policy", "sandbox");
  }
}
