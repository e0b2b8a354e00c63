// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The security headers of Spark's own responses, by its settings ({@code
 * HttpSecurityFilter.scala}). All responses of this server have the same, also those of a driver:
 * for the browser they have one origin.
 *
 * @param framingFrom which other origin may show pages in a frame ({@code
 *     spark.ui.allowFramingFrom})
 * @param xssProtection {@code spark.ui.xXssProtection}
 * @param noSniffing {@code spark.ui.xContentTypeOptions.enabled}
 * @param strictTransport the value for requests over HTTPS ({@code
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
  // An origin as in RFC 6454; other characters could begin another directive of the policy.
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9.:/*\\[\\]_~-]+");

  /** The headers of a Spark without such settings. */
  public static final SecurityHeaders USUAL =
      new SecurityHeaders(Optional.empty(), "1; mode=block", true, Optional.empty());

  /** Sets the headers on a response. */
  public void set(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader(FRAMING, framingFrom.map(from -> "ALLOW-FROM " + from).orElse("SAMEORIGIN"));
    // Browsers no longer support ALLOW-FROM.
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

  /** The origins that may show a page in a frame, for a content security policy. */
  public String frameAncestors() {
    return framingFrom
        .filter(from -> SOURCE.matcher(from).matches())
        .map(from -> "'self' " + from)
        .orElse("'self'");
  }
}
