package io.sparklive.routing;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The links as the browser of a request sees them.
 *
 * @param prefixes the prefix that they stand under
 * @param base the base of live UIs
 * @param deployment from where the History Server's paths are seen
 */
public record ExternalLinks(Prefixes prefixes, String base, Deployment deployment) {
  /** Those for the sender of this request. */
  public Links of(HttpServletRequest request) {
    return new Links(prefixes.of(request, deployment.prefix(request)), base);
  }
}
