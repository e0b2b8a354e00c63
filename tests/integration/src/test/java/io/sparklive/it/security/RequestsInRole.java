package io.sparklive.it.security;

import io.sparklive.it.security.AccessMatrix.Role;
import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * Requests in a role of {@link AccessMatrix}, to a server that believes in {@link
 * HeaderUserFilter#HEADER}.
 */
record RequestsInRole(WebServer server) {
  HttpResponse<String> get(String path, Role role) {
    return server.get(path, headers(role));
  }

  int status(String path, Role role) {
    return get(path, role).statusCode();
  }

  /** Asks, as a program would, for the end of a job of the application with this live page. */
  int kill(String jobsPage, int job, Role role) {
    HttpRequest.Builder kill =
        HttpRequest.newBuilder(URI.create(server.uri() + jobsPage + "job/kill/?id=" + job))
            .POST(HttpRequest.BodyPublishers.noBody());
    role.user().ifPresent(user -> kill.header(HeaderUserFilter.HEADER, user));
    return server.send(kill.build()).statusCode();
  }

  static String[] headers(Role role) {
    return role.user()
        .map(user -> new String[] {HeaderUserFilter.HEADER, user})
        .orElse(new String[0]);
  }
}
