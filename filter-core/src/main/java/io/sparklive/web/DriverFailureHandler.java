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
import java.util.Optional;

/**
 * Responds in place of a driver that does not: a REST request that the History Server or the
 * registry can respond to is dispatched once more; users get a page with a link to the event log.
 *
 * <p>It runs on a thread of Jetty's client, and waits for nothing.
 */
record DriverFailureHandler(
    ApplicationRegistry registry,
    RequestAuthorizer guard,
    ResponseWriter responses,
    UnresponsiveDrivers unresponsive) {

  /**
   * Writes a whole response, or dispatches the request once more.
   *
   * @param isLogged whether the History Server has an event log of the application, to which users
   *     and programs can turn
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
        && exchange.isReading()
        && exchange.route() instanceof Route.ApplicationApi rest
        && (isLogged || rest.isOfFacts())) {
      FallbackDispatch.start(exchange.request());
      return false;
    }
    // Without an application there is nothing to name; without a login, nothing to report.
    Optional<LiveApplication> application =
        registry.find(id).filter(known -> !guard.requiresLogin(exchange.caller()) && !onlyFile);
    responses.write(
        exchange, StatusPages.noResponse(noResponse, id, isLogged, application, exchange));
    return true;
  }
}
