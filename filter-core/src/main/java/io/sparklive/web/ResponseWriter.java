// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes the filter's own responses: a page for users, JSON for REST clients.
 *
 * @param pages renders both
 * @param users adds the reason to a 401 if no request has a user
 */
record ResponseWriter(Pages pages, UserRequirement users) {
  void write(Exchange exchange, Message plainMessage) throws IOException {
    Message message = users.addReason(plainMessage);
    if (exchange.isRest()) {
      pages.writeJson(exchange.request(), exchange.response(), message);
    } else {
      pages.writeHtml(exchange.request(), exchange.response(), message, exchange.links());
    }
  }

  /** Writes JSON with the status 200. */
  void writeJson(Exchange exchange, String json) throws IOException {
    pages.writeJson(exchange.request(), exchange.response(), HttpServletResponse.SC_OK, json);
  }

  /** Redirects the browser to another path of this server. */
  void redirect(Exchange exchange, String path) {
    pages.redirect(exchange.request(), exchange.response(), path);
  }
}
