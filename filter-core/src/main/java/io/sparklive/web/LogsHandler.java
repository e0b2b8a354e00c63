// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.Action;
import io.sparklive.access.DenialReason;
import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.logs.LogQuery;
import io.sparklive.logs.LogsEndpoint;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests for logs of pods: they need the permission to view the live UI. Applications
 * that have ended keep their logs while the registry has them and their pods exist.
 */
public final class LogsHandler {
  private final ApplicationRegistry registry;
  private final RequestAuthorizer authorizer;
  private final @Nullable LogsEndpoint logs;
  private final ResponseWriter responses;
  private final LogAuditLog auditLog;

  /**
   * @param logs null if {@code podLogs} is off
   * @param clock measures how long a user follows a log
   */
  public LogsHandler(
      ApplicationRegistry registry,
      RequestAuthorizer authorizer,
      @Nullable LogsEndpoint logs,
      WebContext context,
      InstantSource clock) {
    this.registry = registry;
    this.authorizer = authorizer;
    this.logs = logs;
    this.responses = context.responses();
    this.auditLog = new LogAuditLog(clock);
  }

  void handlePage(Route.LogPage route, Exchange exchange, FilterChain chain) throws IOException {
    Optional<LiveApplication> application = authorize(route.id(), exchange);
    if (application.isPresent() && logs != null) {
      logs.servePage(exchange.request(), exchange.response(), application.get(), exchange.links());
    }
  }

  void handlePods(Route.LogPods route, Exchange exchange, FilterChain chain) throws IOException {
    Optional<LiveApplication> application = authorize(route.id(), exchange);
    if (application.isPresent() && logs != null) {
      logs.servePods(
          exchange.request(),
          exchange.response(),
          application.get(),
          message -> responses.write(exchange, message));
    }
  }

  void handleText(Route.LogText route, Exchange exchange, FilterChain chain) throws IOException {
    Optional<LiveApplication> application = authorize(route.id(), exchange);
    if (application.isEmpty() || logs == null) {
      return;
    }
    Optional<LogQuery> query = LogQuery.parse(exchange.request().getQueryString());
    if (query.isEmpty()) {
      responses.write(exchange, StatusPages.invalidLogQuery(exchange.links()));
      return;
    }
    LogAuditLog.Entry entry =
        new LogAuditLog.Entry(
            exchange.caller(),
            route.id(),
            application.get().namespace().orElse("-"),
            route.pod(),
            query.get().container());
    logs.serveText(
        exchange.request(),
        exchange.response(),
        application.get(),
        route.pod(),
        query.get(),
        exchange.caller().user(),
        () -> auditLog.write(entry, query.get().since().isPresent()),
        message -> responses.write(exchange, message));
  }

  /** The application if the caller may view it; if not, writes the response. */
  private Optional<LiveApplication> authorize(ApplicationId id, Exchange exchange)
      throws IOException {
    if (authorizer.requiresLogin(exchange.caller())) {
      responses.write(exchange, StatusPages.loginRequired(id, exchange.links()));
      return Optional.empty();
    }
    if (logs == null) {
      responses.write(exchange, StatusPages.logsDisabled(exchange.links()));
      return Optional.empty();
    }
    Optional<LiveApplication> application =
        registry.find(id).or(() -> registry.findRecentlyRemoved(id));
    if (application.isEmpty()) {
      responses.write(exchange, StatusPages.applicationWithoutLogs(id, exchange.links()));
      return Optional.empty();
    }
    Optional<DenialReason> denial =
        authorizer.authorize(
            exchange.request(), exchange.caller(), Action.VIEW, application.get(), List.of());
    if (denial.isPresent()) {
      responses.write(
          exchange, StatusPages.denied(denial.get(), application.get(), exchange.links()));
      return Optional.empty();
    }
    return application;
  }
}
