package io.sparklive.spi;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Spark's own answers tell browsers to be careful about, by its settings ({@code
 * HttpSecurityFilter.scala}). Everything that answers here says the same, a driver's own answer
 * too: it is one origin.
 *
 * @param framingFrom who else may show pages in a frame ({@code spark.ui.allowFramingFrom})
 * @param xssProtection {@code spark.ui.xXssProtection}
 * @param noSniffing {@code spark.ui.xContentTypeOptions.enabled}
 * @param strictTransport what to say where the request came over HTTPS ({@code
 *     spark.ui.strictTransportSecurity})
 */
public record SecurityHeaders(
    Optional<String> framingFrom,
    String xssProtection,
    boolean noSniffing,
    Optional<String> strictTransport) {
  private static final String FRAMING = "X-Frame-Options";
  private static final String POLICY = "Content-Security-Policy";
  private static final String XSS = "X-XSS-Protection";
  private static final String SNIFFING = "X-Content-Type-Options";
  private static final String TRANSPORT = "Strict-Transport-Security";
  // A source of RFC 6454's kind; whatever else would be another directive of the policy.
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9.:/*\\[\\]_~-]+");

  /** Those of a Spark where nothing is set. */
  public static final SecurityHeaders USUAL =
      new SecurityHeaders(Optional.empty(), "1; mode=block", true, Optional.empty());

  /** Sets them on an answer. */
  public void set(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader(FRAMING, framingFrom.map(from -> "ALLOW-FROM " + from).orElse("SAMEORIGIN"));
    // Browsers have forgotten ALLOW-FROM.
    if (framingFrom.isPresent() && !response.containsHeader(POLICY)) {
      response.setHeader(POLICY, "frame-ancestors " + frameAncestors());
    }
    response.setHeader(XSS, xssProtection);
    if (noSniffing) {
      response.setHeader(SNIFFING, "nosniff");
    }
    if (request.getScheme().equals("https")) {
      strictTransport.ifPresent(value -> response.setHeader(TRANSPORT, value));
    }
  }

  /** Who may show a page in a frame, for a content security policy. */
  public String frameAncestors() {
    return framingFrom
        .filter(from -> SOURCE.matcher(from).matches())
        .map(from -> "'self' " + from)
        .orElse("'self'");
  }
}
