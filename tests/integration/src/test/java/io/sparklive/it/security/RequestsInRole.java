// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.it.security.AccessMatrix.Role;
import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * Requests in a role of {@link AccessMatrix}, to a server that trusts {@link
 * HeaderUserFilter#HEADER}.
 */
record RequestsInRole(WebServer server) {
  HttpResponse<String> get(String path, Role role) {
    return server.get(path, headers(role));
  }

  int status(String path, Role role) {
    return get(path, role).statusCode();
  }

  /**
   * Kills, as a program would, a job of the application with this live UI.
   *
   * @param button the job's on the driver's own page
   */
  int kill(String liveUi, KillButton button, Role role) {
    HttpRequest.Builder kill = button.post(URI.create(server.uri() + liveUi));
    role.user().ifPresent(user -> kill.header(HeaderUserFilter.HEADER, user));
    return server.send(kill.build()).statusCode();
  }

  static String[] headers(Role role) {
    return role.user()
        .map(user -> new String[] {HeaderUserFilter.HEADER, user})
        .orElse(new String[0]);
  }
}
