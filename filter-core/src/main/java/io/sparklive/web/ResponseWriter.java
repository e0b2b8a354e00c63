package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes the filter's own responses: a page for users, JSON for REST clients.
 *
 * @param pages writes both
 * @param users explains in a 401 why no request has a user
 */
record ResponseWriter(Pages pages, UserRequirement users) {
  void write(Exchange exchange, Message text) throws IOException {
    Message message = users.explained(text);
    if (exchange.isOfProgram()) {
      pages.json(exchange.request(), exchange.response(), message);
    } else {
      pages.html(exchange.request(), exchange.response(), message, exchange.links());
    }
  }

  /** Writes JSON as Spark's REST API would. */
  void writeJson(Exchange exchange, String json) throws IOException {
    pages.json(exchange.request(), exchange.response(), HttpServletResponse.SC_OK, json);
  }

  /** Redirects the browser to another path of this server. */
  void redirect(Exchange exchange, String path) {
    pages.redirect(exchange.request(), exchange.response(), path);
  }
}
