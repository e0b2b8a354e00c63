// SPDX-License-Identifier: Apache-2.0
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
 * Checks that the History Server admits the caller before the filter reveals anything about an
 * application.
 *
 * @param isLive whether the driver of an application responds
 */
public record LoginCheck(
    AccessControl access, WebContext context, Predicate<ApplicationId> isLive) {

  /**
   * Whether the request needs this check. An unauthenticated user may read the static files of a
   * driver, but get no other information, such as that there is no driver.
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
        || route instanceof Route.Submission
        || route instanceof Route.Logs
        || route instanceof Route.OverviewPage
        || route instanceof Route.OverviewJson;
  }

  /** Returns whether the History Server admits the caller; if not, writes the response. */
  boolean admit(Exchange exchange, FilterChain chain) throws IOException, ServletException {
    HttpServletRequest request = exchange.request();
    HttpServletResponse response = exchange.response();
    LoginStatus status = access.admission(request, response, exchange.isRest());
    if (status == LoginStatus.GRANTED) {
      return true;
    }
    if (exchange.route() instanceof Route.Owned && status == LoginStatus.UNKNOWN) {
      context.responses().write(exchange, StatusPages.historyServerDown(exchange.links()));
    } else if (exchange.isReadOnly()) {
      // The History Server responds, for example with a redirect to its login and back here.
      chain.doFilter(request, response);
    } else {
      context.responses().write(exchange, StatusPages.loginRequired(exchange.links()));
    }
    return false;
  }
}
