package io.sparklive;

import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells people a page, and programs JSON.
 *
 * @param pages writes either
 */
record Teller(Pages pages) {
  void tell(
      Route route,
      HttpServletRequest request,
      HttpServletResponse response,
      Message message,
      Links links)
      throws IOException {
    if (isForPrograms(route)) {
      pages.json(request, response, message);
    } else {
      pages.html(request, response, message, links);
    }
  }

  private static boolean isForPrograms(Route route) {
    return route instanceof Route.Rest || (route instanceof Route.LiveUi ui && ui.isRest());
  }
}
