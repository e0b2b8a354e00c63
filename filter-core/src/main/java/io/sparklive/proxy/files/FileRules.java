package io.sparklive.proxy.files;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules for files of drivers. A driver is a user's program, and can send a page with scripts
 * under the name of an image.
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
   * Whether a response is that of a style sheet, a script, an image or a font: the file, a part of
   * it, or that it has not changed. A redirect would lead the browser elsewhere.
   *
   * @param contentTypes the {@code Content-Type} headers as they reach the browser
   */
  public static boolean areOfFile(int status, List<String> contentTypes) {
    return switch (status) {
      case HttpServletResponse.SC_OK, HttpServletResponse.SC_PARTIAL_CONTENT ->
          areOfFile(contentTypes);
      case HttpServletResponse.SC_NOT_MODIFIED -> true;
      default -> false;
    };
  }

  /**
   * Whether {@code Content-Type} headers name a style sheet, a script, an image or a font. Of
   * several, browsers do not agree on the one that counts.
   */
  public static boolean areOfFile(List<String> contentTypes) {
    return areAll(contentTypes, OTHER_FILE_TYPE) || isScript(contentTypes);
  }

  /** Whether a file needs this header, which then reaches an unauthenticated user too. */
  public static boolean isHeaderOfFile(String name) {
    return HEADERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Makes a file harmless that is opened as a document, such as an SVG image with scripts: the
   * browser reads it as the type that it has, without scripts, and in an origin of its own. A
   * policy of the driver stays; browsers enforce both (CSP Level 3, section 3.1).
   *
   * <p>Browsers store the policy of a 304 or 206 in place of that of the file, whatever type the
   * file has (seen in Chromium 156 and Firefox 153). So the policy for scripts is for whole files
   * only.
   *
   * @param isWhole whether the response has the whole file
   * @param contentTypes the {@code Content-Type} headers as they reach the browser
   */
  public static void makeHarmless(
      HttpServletResponse response, boolean isWhole, List<String> contentTypes) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.addHeader(
        "Content-Security-Policy",
        isWhole && isScript(contentTypes)
            // The text of a script is no document that could run it, but a worker has the policy of
            // its script: without these two, Chromium 156 puts it into an origin of its own, and
            // CSP Level 3 (section 6.3.2) does not let it start.
            ? "sandbox allow-scripts allow-same-origin"
            : "sandbox");
  }

  /** Whether {@code Content-Type} headers name a script. */
  public static boolean isScript(List<String> contentTypes) {
    return areAll(contentTypes, SCRIPT_TYPE);
  }

  private static boolean areAll(List<String> contentTypes, Pattern type) {
    return contentTypes.size() == 1 && type.matcher(contentTypes.get(0).strip()).matches();
  }
}
