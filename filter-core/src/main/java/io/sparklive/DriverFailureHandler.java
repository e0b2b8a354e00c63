package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.proxy.Destination;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.proxy.LiveUiProxy.NoResponse;
import io.sparklive.proxy.LiveUiProxy.NoResponse.Cause;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.http.HttpServletRequest;
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
    Routes routes,
    ApplicationRegistry registry,
    Guard guard,
    Teller teller,
    UnresponsiveDrivers unresponsive)
    implements LiveUiProxy.FailureHandler {

  @Override
  public boolean handle(
      HttpServletRequest request,
      HttpServletResponse response,
      Destination destination,
      NoResponse noResponse)
      throws IOException {
    Exchange exchange = new Exchange(routes.of(request), request, response, destination.links());
    if (noResponse.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      teller.tell(exchange, Messages.loginRequired(destination.id(), exchange.links()));
      return true;
    }
    if (noResponse.cause() == Cause.DRIVER) {
      unresponsive.add(destination.id());
    }
    if (noResponse.cause() != Cause.REQUEST
        && exchange.isReading()
        && exchange.route() instanceof Route.Rest rest
        && (destination.isLogged() || rest.isOfFacts())) {
      FallbackDispatch.start(request);
      return false;
    }
    // Without an application there is nothing to name; without a login, nothing to tell.
    Optional<LiveApplication> application =
        registry
            .find(destination.id())
            .filter(known -> !guard.requiresLogin(exchange.caller()) && !destination.onlyFile());
    teller.tell(exchange, Messages.noAnswer(noResponse, destination, application, exchange));
    return true;
  }
}
