package io.sparklive.web;

import io.sparklive.access.Caller;
import io.sparklive.http.QueryParameters;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/**
 * A request and its response, with the route of the request.
 *
 * @param route the requested resource
 * @param links makes links as the browser sees them
 */
record Exchange(
    Route route, HttpServletRequest request, HttpServletResponse response, Links links) {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  Caller caller() {
    return Caller.of(request, QueryParameters.first(request.getQueryString(), Caller.DO_AS));
  }

  /** Whether the request is read-only. */
  boolean isReading() {
    return READING.contains(request.getMethod());
  }

  /** Whether a REST client sends the request, not a user's browser. */
  boolean isOfProgram() {
    return route instanceof Route.ApplicationApi
        || route instanceof Route.OverviewJson
        || (route instanceof Route.LiveUi ui && ui.isRest());
  }

  /** The query with its question mark, as it came; empty where there is none. */
  String query() {
    return request.getQueryString() == null ? "" : "?" + request.getQueryString();
  }
}
