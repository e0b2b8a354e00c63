package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.routing.Route;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.LoginStatus;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * Checks, before the filter reports anything of an application, that the History Server itself
 * admits the caller.
 *
 * @param isLive whether a driver responds for an application
 */
public record LoginCheck(
    AccessControl access, WebContext context, Predicate<ApplicationId> isLive) {

  /**
   * Whether a request needs admission. Any user may read the static files of a driver, but not
   * anything else about applications, such as that there is no driver to send these files.
   */
  boolean isRequired(Exchange exchange) {
    Route route = exchange.route();
    if (route instanceof Route.LiveUi ui
        && ui.isStatic()
        && ui.isFile()
        && RequestAuthorizer.isPlainRead(exchange.request())) {
      return !isLive.test(ui.id());
    }
    return route instanceof Route.ForApplication
        || route instanceof Route.OverviewPage
        || route instanceof Route.OverviewJson;
  }

  /** Returns whether the caller is admitted; if not, the request gets its response. */
  boolean admit(Exchange exchange, FilterChain chain) throws IOException, ServletException {
    HttpServletRequest request = exchange.request();
    HttpServletResponse response = exchange.response();
    LoginStatus admission = access.admission(request, response, exchange.isOfProgram());
    if (admission == LoginStatus.GRANTED) {
      return true;
    }
    if (exchange.route() instanceof Route.Owned && admission == LoginStatus.UNKNOWN) {
      context.responses().write(exchange, StatusPages.historyServerDown(exchange.links()));
    } else if (exchange.isReading()) {
      // The History Server's own response, such as a redirect to its login and back here.
      chain.doFilter(request, response);
    } else {
      context.responses().write(exchange, StatusPages.loginRequired(exchange.links()));
    }
    return false;
  }
}
