package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.proxy.Destination;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Responds in place of a driver that does not: programs get the History Server's response if there
 * is an event log, and else what was last known of the application; users get a page with a link to
 * the event log.
 */
record DriverFailureHandler(
    Routes routes,
    ApplicationRegistry registry,
    Guard guard,
    Teller teller,
    LastFacts lastFacts,
    UnresponsiveDrivers unresponsive)
    implements LiveUiProxy.FailureHandler {

  @Override
  public boolean isHandled(
      HttpServletRequest request,
      HttpServletResponse response,
      Destination destination,
      int status,
      String why)
      throws IOException {
    Exchange exchange = new Exchange(routes.of(request), request, response, destination.links());
    if (status == HttpServletResponse.SC_UNAUTHORIZED) {
      teller.tell(exchange, Messages.loginRequired(destination.id(), exchange.links()));
      return true;
    }
    boolean isOfDriver = status != HttpServletResponse.SC_BAD_REQUEST;
    if (isOfDriver) {
      unresponsive.add(destination.id());
    }
    boolean isRead = exchange.route() instanceof Route.Rest && exchange.isReading() && isOfDriver;
    if (isRead && destination.isLogged()) {
      FallbackDispatch.start(request);
      return false;
    }
    // Without an application there is nothing to name; without a login, nothing to tell.
    Optional<LiveApplication> application =
        registry.find(destination.id()).filter(known -> !guard.wantsLogin(exchange.caller()));
    Optional<String> facts =
        isRead
            ? application.flatMap(
                known -> lastFacts.of((Route.Rest) exchange.route(), known, exchange))
            : Optional.empty();
    if (facts.isPresent()) {
      teller.tellJson(exchange, facts.get());
    } else {
      teller.tell(exchange, Messages.noAnswer(status, destination, application, exchange, why));
    }
    return true;
  }
}
