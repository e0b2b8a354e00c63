// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.Action;
import io.sparklive.access.DenialReason;
import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.FormBody;
import io.sparklive.metrics.Metrics;
import io.sparklive.metrics.ProxyOutcome;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.proxy.ProxyTarget;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Handles requests for a driver: authorizes them and forwards them through the proxy. */
final class LiveUiHandler {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  // TRACE would show a script the headers that the browser hides from it. Spark has no others.
  private static final Set<String> FORWARDED = Set.of(METHODS.split(", "));
  private static final Set<DenialReason> VIEW_DENIALS =
      Set.of(DenialReason.NOT_A_VIEWER, DenialReason.ACLS_NOT_KNOWN_YET);

  private final RequestAuthorizer authorizer;
  private final LiveUiProxy proxy;
  private final ResponseWriter responses;
  private final Metrics metrics;
  private final LastKnownFacts lastFacts;
  private final DriverFailureHandler failureHandler;

  LiveUiHandler(
      RequestAuthorizer authorizer,
      LiveUiProxy proxy,
      ResponseWriter responses,
      Metrics metrics,
      LastKnownFacts lastFacts,
      DriverFailureHandler failureHandler) {
    this.authorizer = authorizer;
    this.proxy = proxy;
    this.responses = responses;
    this.metrics = metrics;
    this.lastFacts = lastFacts;
    this.failureHandler = failureHandler;
  }

  /**
   * A request for a driver.
   *
   * @param isLogged whether the History Server has an event log of the application
   */
  private record DriverRequest(
      Exchange exchange,
      Route.ForApplication route,
      Action action,
      LiveApplication application,
      boolean isLogged) {}

  /**
   * @param isLogged whether the History Server has an event log of the application
   */
  void handle(
      Route.ForApplication route, LiveApplication application, boolean isLogged, Exchange exchange)
      throws IOException, ServletException {
    HttpServletRequest request = exchange.request();
    if (!FORWARDED.contains(request.getMethod())) {
      exchange.response().setHeader("Allow", METHODS);
      responses.write(
          exchange, StatusPages.methodNotAllowed(request.getMethod(), exchange.links()));
      return;
    }
    if (!isForwardable(request)) {
      responses.write(exchange, StatusPages.unsupportedTransferCoding(exchange.links()));
      return;
    }
    DriverRequest driverRequest =
        new DriverRequest(exchange, route, actionOf(route), application, isLogged);
    if (!(route instanceof Route.LiveUi ui && ui.isKill())) {
      Optional<DenialReason> denial = authorize(driverRequest);
      if (denial.isPresent()) {
        deny(denial.get(), driverRequest);
      } else {
        forward(driverRequest);
      }
    } else if (FormBody.isIn(request) && request.isAsyncSupported()) {
      // From 4.0.5 on, Spark's kill buttons send the id of the job or stage in a form.
      FormBody.read(
          request, exchange.response(), isTooLarge -> handleKill(ui, driverRequest, isTooLarge));
    } else {
      handleKill(ui, driverRequest, false);
    }
  }

  private void handleKill(Route.LiveUi route, DriverRequest driverRequest, boolean isTooLarge)
      throws IOException, ServletException {
    Exchange exchange = driverRequest.exchange();
    HttpServletRequest request = exchange.request();
    KillAuditLog auditLog = KillAuditLog.of(exchange, route, driverRequest.application());
    Optional<DenialReason> denial =
        authorize(driverRequest)
            .or(() -> Optional.of(DenialReason.FORM_TOO_LARGE).filter(any -> isTooLarge));
    if (denial.isPresent()) {
      deny(denial.get(), driverRequest);
      auditLog.writeDenied(denial.get());
      if (request.isAsyncStarted()) {
        request.getAsyncContext().complete();
      }
    } else if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(auditLog);
      forward(driverRequest);
    } else {
      forward(driverRequest);
      auditLog.writeWhenComplete(request);
    }
  }

  private Optional<DenialReason> authorize(DriverRequest driverRequest) {
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    return authorizer.authorize(
        exchange.request(),
        exchange.caller(),
        driverRequest.action(),
        application,
        driverRequest.route() instanceof Route.LiveUi ui
            ? exchange.links().livePages(ui)
            : List.of());
  }

  /** Forwards an authorized request. */
  private void forward(DriverRequest driverRequest) throws IOException, ServletException {
    Exchange exchange = driverRequest.exchange();
    Links links = exchange.links();
    if (driverRequest.route() instanceof Route.ApplicationApi rest) {
      forward(driverRequest, rest.path(), links.base() + "/" + rest.id());
    } else if (driverRequest.route() instanceof Route.LiveUi ui) {
      if (ui.page().isEmpty()) {
        responses.redirect(exchange, links.prefix().path() + ui.root() + "/" + exchange.query());
      } else {
        forward(driverRequest, ui.page(), ui.root());
      }
    }
  }

  private void forward(DriverRequest driverRequest, String path, String root)
      throws IOException, ServletException {
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    Action action = driverRequest.action();
    boolean onlyFile = authorizer.allowsOnlyFile(exchange.caller(), action);
    proxy.forward(
        exchange.request(),
        exchange.response(),
        new ProxyTarget(
            application.id(),
            application.address().orElseThrow(),
            application.info().started(),
            path,
            exchange.links().prefix().path(),
            root,
            application.ownBase(),
            authorizer.mayForwardCredentials(
                exchange.request(), exchange.caller(), action, application),
            onlyFile),
        noResponse ->
            failureHandler.handle(
                noResponse, exchange, application.id(), driverRequest.isLogged(), onlyFile));
  }

  /**
   * Whether the container decodes the body. Servers undo the last transfer coding alone, and
   * support only {@code chunked} (RFC 9112, section 6.1).
   */
  private static boolean isForwardable(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Transfer-Encoding")).stream()
        .allMatch("chunked"::equalsIgnoreCase);
  }

  private static Action actionOf(Route route) {
    if (!(route instanceof Route.LiveUi ui)) {
      return Action.VIEW;
    }
    if (ui.isKill()) {
      return Action.KILL;
    }
    if (ui.isDump()) {
      return Action.DUMP;
    }
    if (ui.isFile()) {
      return ui.isStatic() ? Action.STATIC_FILE : Action.FILE;
    }
    return Action.VIEW;
  }

  /**
   * Writes a denial. A user who may not view the application gets its entry of the list over REST:
   * any user may read it there.
   */
  private void deny(DenialReason reason, DriverRequest driverRequest) throws IOException {
    metrics.respondedLocally(ProxyOutcome.DENIED);
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    Optional<String> facts =
        driverRequest.route() instanceof Route.ApplicationApi rest && VIEW_DENIALS.contains(reason)
            ? lastFacts.json(rest, application, exchange)
            : Optional.empty();
    if (facts.isPresent()) {
      responses.writeJson(exchange, facts.get());
    } else {
      responses.write(exchange, StatusPages.denied(reason, application, exchange.links()));
    }
  }
}
