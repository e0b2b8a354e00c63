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
import java.util.Optional;
import java.util.Set;

/** Handles requests for a driver: authorizes them, and forwards them through the proxy. */
final class LiveUiHandler {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  // TRACE would show a page's script what the browser hides from it; others Spark does not know.
  private static final Set<String> FORWARDED = Set.of(METHODS.split(", "));
  private static final Set<DenialReason> OF_WHAT_IS_SHOWN =
      Set.of(DenialReason.NOT_A_VIEWER, DenialReason.NOT_KNOWN_YET);

  private final RequestAuthorizer guard;
  private final LiveUiProxy proxy;
  private final ResponseWriter responses;
  private final Metrics metrics;
  private final LastKnownFacts lastFacts;
  private final DriverFailureHandler failureHandler;

  LiveUiHandler(
      RequestAuthorizer guard,
      LiveUiProxy proxy,
      ResponseWriter responses,
      Metrics metrics,
      LastKnownFacts lastFacts,
      DriverFailureHandler failureHandler) {
    this.guard = guard;
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
      Action purpose,
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
    if (!isPassedOnWhole(request)) {
      responses.write(exchange, StatusPages.unsupportedTransferCoding(exchange.links()));
      return;
    }
    DriverRequest driverRequest =
        new DriverRequest(exchange, route, purposeOf(route), application, isLogged);
    if (!(route instanceof Route.LiveUi ui && ui.isKill())) {
      Optional<DenialReason> refusal = authorize(driverRequest);
      if (refusal.isPresent()) {
        refuse(refusal.get(), driverRequest);
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
    KillAuditLog log = KillAuditLog.of(exchange, route, driverRequest.application());
    Optional<DenialReason> refusal =
        authorize(driverRequest)
            .or(() -> Optional.of(DenialReason.FORM_TOO_LARGE).filter(any -> isTooLarge));
    if (refusal.isPresent()) {
      refuse(refusal.get(), driverRequest);
      log.refused(refusal.get());
      if (request.isAsyncStarted()) {
        request.getAsyncContext().complete();
      }
    } else if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(log);
      forward(driverRequest);
    } else {
      forward(driverRequest);
      log.writeWhenComplete(request);
    }
  }

  private Optional<DenialReason> authorize(DriverRequest driverRequest) {
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    return guard.authorize(
        exchange.request(),
        exchange.caller(),
        driverRequest.purpose(),
        application,
        exchange.links().livePages(application.id()));
  }

  /** Forwards a request that is authorized. */
  private void forward(DriverRequest driverRequest) throws IOException, ServletException {
    Exchange exchange = driverRequest.exchange();
    Links links = exchange.links();
    if (driverRequest.route() instanceof Route.ApplicationApi rest) {
      forward(driverRequest, rest.path(), links.paths().liveUi(rest.id()));
    } else if (driverRequest.route() instanceof Route.LiveUi ui) {
      String context = links.prefix().path() + ui.base() + "/" + ui.id();
      if (ui.page().isEmpty()) {
        responses.redirect(exchange, context + "/" + exchange.query());
      } else {
        forward(driverRequest, ui.page(), context);
      }
    }
  }

  private void forward(DriverRequest driverRequest, String path, String context)
      throws IOException, ServletException {
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    Action purpose = driverRequest.purpose();
    boolean onlyFile = guard.allowsOnlyFile(exchange.caller(), purpose);
    proxy.forward(
        exchange.request(),
        exchange.response(),
        new ProxyTarget(
            application.id(),
            application.address().orElseThrow(),
            application.facts().started(),
            path,
            context,
            guard.mayForwardCredentials(
                exchange.request(), exchange.caller(), purpose, application),
            onlyFile),
        noResponse ->
            failureHandler.handle(
                noResponse, exchange, application.id(), driverRequest.isLogged(), onlyFile));
  }

  /** Servers undo the last transfer coding alone, and only know this (RFC 9112, section 6.1). */
  private static boolean isPassedOnWhole(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Transfer-Encoding")).stream()
        .allMatch("chunked"::equalsIgnoreCase);
  }

  private static Action purposeOf(Route route) {
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

  /** Any user may read the list's entry of an application, running or complete. */
  private void refuse(DenialReason refusal, DriverRequest driverRequest) throws IOException {
    metrics.answeredHere(ProxyOutcome.REFUSED);
    Exchange exchange = driverRequest.exchange();
    LiveApplication application = driverRequest.application();
    Optional<String> facts =
        driverRequest.route() instanceof Route.ApplicationApi rest
                && OF_WHAT_IS_SHOWN.contains(refusal)
            ? lastFacts.of(rest, application, exchange)
            : Optional.empty();
    if (facts.isPresent()) {
      responses.writeJson(exchange, facts.get());
    } else {
      responses.write(exchange, StatusPages.denied(refusal, application, exchange.links()));
    }
  }
}
