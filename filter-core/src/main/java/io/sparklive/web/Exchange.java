// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.Caller;
import io.sparklive.http.QueryParameters;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/**
 * One request and its response, with the route of the request.
 *
 * @param route the requested resource
 * @param links makes links as the browser sees them
 */
record Exchange(
    Route route, HttpServletRequest request, HttpServletResponse response, Links links) {
  private static final Set<String> READ_ONLY = Set.of("GET", "HEAD");

  /** The user of the request, with the user in {@code ?doAs=}. */
  Caller caller() {
    return Caller.of(request, QueryParameters.first(request.getQueryString(), Caller.DO_AS));
  }

  /** Whether the request is read-only: its method is {@code GET} or {@code HEAD}. */
  boolean isReadOnly() {
    return READ_ONLY.contains(request.getMethod());
  }

  /** Whether the client expects JSON, as a REST client does, and no page. */
  boolean isRest() {
    return route instanceof Route.ApplicationApi
        || route instanceof Route.OverviewJson
        || route instanceof Route.LogPods
        || route instanceof Route.LogText
        || (route instanceof Route.LiveUi ui && ui.isRest());
  }

  /** The raw query with its question mark; empty if there is none. */
  String query() {
    return request.getQueryString() == null ? "" : "?" + request.getQueryString();
  }
}
