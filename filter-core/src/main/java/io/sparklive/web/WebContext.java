// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Pages;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Routes;

/**
 * The parts that every handler needs, before the runtime is ready and after.
 *
 * @param routes resolves the route of a request
 * @param links makes the links of a response, as the browser sees them
 * @param pages renders the filter's own pages
 * @param users whether live content requires a user
 */
public record WebContext(Routes routes, ExternalLinks links, Pages pages, UserRequirement users) {
  /** Writes the filter's own responses. */
  ResponseWriter responses() {
    return new ResponseWriter(pages, users);
  }
}
