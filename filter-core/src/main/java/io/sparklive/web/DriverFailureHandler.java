// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.proxy.LiveUiProxy.NoResponse;
import io.sparklive.proxy.LiveUiProxy.NoResponse.Cause;
import io.sparklive.routing.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Responds in place of a driver that does not respond. If the History Server or the registry has
 * the response to a REST request, the request is dispatched once more. A browser gets a page with a
 * link to the history.
 *
 * <p>It runs on a thread of Jetty's client, and must not block.
 */
record DriverFailureHandler(
    ApplicationRegistry registry,
    RequestAuthorizer authorizer,
    ResponseWriter responses,
    UnresponsiveDrivers unresponsive) {

  /**
   * Writes a complete response, or dispatches the request once more.
   *
   * @param isLogged whether the History Server has an event log of the application
   * @param onlyFile whether the browser may get nothing but a file: its user may not have logged in
   * @return whether the response is written
   */
  boolean handle(
      NoResponse noResponse,
      Exchange exchange,
      ApplicationId id,
      boolean isLogged,
      boolean onlyFile)
      throws IOException {
    if (noResponse.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      responses.write(exchange, StatusPages.loginRequired(id, exchange.links()));
      return true;
    }
    if (noResponse.cause() == Cause.DRIVER) {
      unresponsive.add(id);
    }
    if (noResponse.cause() != Cause.REQUEST
        && exchange.isReadOnly()
        && exchange.route() instanceof Route.ApplicationApi rest
        && (isLogged || rest.isOfFacts())) {
      FallbackDispatch.start(exchange.request(), exchange.response());
      return false;
    }
    // The page names the application, but not for an unauthenticated user.
    LiveApplication application =
        onlyFile || authorizer.requiresLogin(exchange.caller())
            ? null
            : registry.find(id).orElse(null);
    responses.write(
        exchange, StatusPages.noResponse(noResponse, id, isLogged, application, exchange));
    return true;
  }
}
