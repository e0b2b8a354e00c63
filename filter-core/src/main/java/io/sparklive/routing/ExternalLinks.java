// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Makes the {@link Links} for each request, under the prefix that its browser sees.
 *
 * @param prefixes the prefixes of the History Server
 * @param base the base path of live UIs
 * @param deployment where the filter runs
 */
public record ExternalLinks(Prefixes prefixes, String base, Deployment deployment) {
  /** The links for the sender of this request. */
  public Links of(HttpServletRequest request) {
    return new Links(prefixes.of(request, deployment.prefix(request)), base);
  }
}
