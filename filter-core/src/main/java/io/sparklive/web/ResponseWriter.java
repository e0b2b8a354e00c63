package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells people a page, and programs JSON.
 *
 * @param pages writes either
 * @param users says in a 401 why no request has a user
 */
public record ResponseWriter(Pages pages, UserRequirement users) {
  void tell(Exchange exchange, Message text) throws IOException {
    Message message = users.explained(text);
    if (exchange.isOfProgram()) {
      pages.json(exchange.request(), exchange.response(), message);
    } else {
      pages.html(exchange.request(), exchange.response(), message, exchange.links());
    }
  }

  /** Tells JSON that Spark's REST API would. */
  void tellJson(Exchange exchange, String json) throws IOException {
    pages.json(exchange.request(), exchange.response(), HttpServletResponse.SC_OK, json);
  }

  /** Sends the browser to another path of this server. */
  void redirect(Exchange exchange, String path) {
    pages.redirect(exchange.request(), exchange.response(), path);
  }
}
