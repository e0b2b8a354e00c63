// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.DenialReason;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.pages.Message;
import io.sparklive.pages.Message.Link;
import io.sparklive.proxy.LiveUiProxy.NoResponse;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The texts of all error and status pages: what happened, and the next step. */
final class StatusPages {
  private static final int LOOP_DETECTED = 508; // RFC 5842, section 7.2
  static final int SOON = 2;
  static final int LATER = 5;

  private StatusPages() {}

  static Message notReady(Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "Not ready yet",
        "Live applications are available in a moment. If not, the log of the History Server"
            + " has the reason.",
        List.of(completed(links)),
        Optional.of(SOON));
  }

  static Message starting(LiveApplication application, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The driver is starting",
        named(application) + " has a driver, but the UI of the driver does not respond yet.",
        List.of(running(links)),
        Optional.of(SOON));
  }

  static Message withoutUi(LiveApplication application, boolean isLogged, Links links) {
    List<Link> next = new ArrayList<>();
    if (isLogged) {
      String history = links.history(application.id(), application.info().attemptId());
      next.add(new Link("Show its event log", history + "/"));
    }
    next.add(running(links));
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The driver has no UI",
        named(application)
            + " runs, but its driver serves no UI"
            + application.address().map(address -> " at its port " + address.port()).orElse("")
            + ": the driver was started with spark.ui.enabled=false, or its program has not"
            + " created a Spark session yet.",
        next,
        Optional.of(LATER));
  }

  static Message searching(ApplicationId id, String history, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "Searching for the driver",
        "The History Server has an incomplete event log of the application %s. The filter searches for the driver at the address in that event log."
            .formatted(id),
        List.of(new Link("Show its event log", history + "/"), running(links)),
        Optional.of(SOON));
  }

  /**
   * @param history the path of the application's history, without a slash at the end
   * @param reason why the last search failed; null if there was none or the user may not see it
   */
  static Message driverNotFound(
      ApplicationId id, String history, @Nullable String reason, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "The driver was not found",
        "The History Server has an incomplete event log of the application %s, and the filter has not found its driver."
                .formatted(id)
            + (reason == null ? "" : " Last search: " + reason + ".")
            + " The application may have been killed.",
        List.of(new Link("Show its event log", history + "/"), running(links)),
        Optional.empty());
  }

  static Message historyElsewhere(LiveApplication application, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The application has just ended",
        named(application)
            + " is complete at another History Server behind this address; this one has not read"
            + " its event log yet.",
        List.of(running(links), completed(links)),
        Optional.of(SOON));
  }

  static Message applicationNotFound(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such application",
        "The filter has found no driver of an application %s, and the History Server has no event log of it."
                .formatted(id)
            + (isOfStandaloneMaster(id)
                ? " Only the Master of a standalone cluster serves the pages and logs of its workers:"
                    + " open them in the Master's UI."
                : ""),
        List.of(running(links), completed(links)),
        Optional.empty());
  }

  /**
   * Whether a standalone Master made this id for a worker or for a driver that it started. With
   * {@code spark.ui.reverseProxy=true} log links of executors and drivers are {@code
   * /proxy/worker-…/logPage/…} (Spark's {@code ExecutorRunner} and {@code DriverRunner}), and only
   * the Master serves these pages.
   */
  private static boolean isOfStandaloneMaster(ApplicationId id) {
    return id.value().matches("(?:worker|driver)-[0-9]{14}-.+");
  }

  static Message catalogDown(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The History Server does not respond",
        "The filter cannot check whether the application %s is complete. The log of the History Server has the reason."
            .formatted(id),
        List.of(running(links)),
        Optional.of(LATER));
  }

  static Message historyServerDown(Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The History Server does not respond",
        "Running applications are visible only to users with access to the History Server, and"
            + " it cannot be reached. The log of this server has the reason.",
        List.of(new Link("Try again", "")),
        Optional.of(LATER));
  }

  /**
   * @param application the application, to name it; null if it is gone or the user may get no
   *     information on it
   */
  static Message noResponse(
      NoResponse noResponse,
      ApplicationId id,
      boolean isLogged,
      @Nullable LiveApplication application,
      Exchange exchange) {
    int status = noResponse.status();
    List<Link> next = new ArrayList<>();
    next.add(new Link("Try again", ""));
    if (isLogged
        && application != null
        && exchange.route() instanceof Route.LiveUi page
        && !page.isStatic()
        && !page.isRest()) {
      next.add(
          new Link(
              "Show its event log so far",
              exchange
                  .links()
                  .historyWhileLive(
                      id, application.info().attemptId(), page.page(), exchange.query())));
    }
    next.add(running(exchange.links()));
    return new Message(
        status,
        switch (status) {
          case HttpServletResponse.SC_BAD_REQUEST -> "The request is invalid";
          case HttpServletResponse.SC_GATEWAY_TIMEOUT -> "The driver does not respond in time";
          default -> "The driver does not respond";
        },
        "%s is not available. %s%s"
            .formatted(
                application == null ? "The application " + id : named(application),
                noResponse.reason(),
                isLogged || application == null
                    ? ""
                    : " The History Server has no event log of it yet."),
        next,
        status == HttpServletResponse.SC_BAD_REQUEST ? Optional.empty() : Optional.of(LATER));
  }

  static Message logRenamed(LiveApplication application, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "Its event log is not available yet",
        named(application)
            + " is ending. Its event log was renamed; the History Server finds it with its next"
            + " scan (spark.history.fs.update.interval).",
        List.of(running(links), completed(links)),
        Optional.of(SOON));
  }

  static Message loginRequired(Links links) {
    return new Message(
        HttpServletResponse.SC_UNAUTHORIZED,
        "Login required",
        "Running applications are visible only to users who have logged in.",
        List.of(new Link("History Server", links.home())),
        Optional.empty());
  }

  static Message loginRequired(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_UNAUTHORIZED,
        "Login required",
        "The application %s is visible only to users who have logged in.".formatted(id),
        List.of(new Link("History Server", links.home())),
        Optional.empty());
  }

  static Message denied(DenialReason reason, LiveApplication application, Links links) {
    boolean isOfPermissions =
        reason == DenialReason.NOT_A_VIEWER || reason == DenialReason.NOT_A_MODIFIER;
    if (isOfPermissions && application.state() == ApplicationState.AUTH_REQUIRED) {
      return forbidden(
          "You may not view this application",
          named(application)
              + " has a driver that requires its own login, so the filter cannot read its access"
              + " control lists. Only administrators of the History Server may view it.",
          links);
    }
    String user = application.info().user();
    String owner = user.isEmpty() ? "its user" : "its user " + user;
    return switch (reason) {
      case LOGIN_REQUIRED -> loginRequired(application.id(), links);
      case NOT_A_VIEWER ->
          forbidden(
              "You may not view this application",
              named(application)
                  + " may be viewed by %s, by the users and groups in its settings spark.ui.view.acls,"
                      .formatted(owner)
                  + " spark.ui.view.acls.groups, spark.admin.acls and spark.admin.acls.groups, and by"
                  + " the administrators of the History Server.",
              links);
      case NOT_A_MODIFIER ->
          forbidden(
              "You may not kill jobs or stages",
              "Jobs and stages of the application %s may be killed by %s, by the users and groups in its settings"
                      .formatted(application.id(), owner)
                  + " spark.modify.acls, spark.modify.acls.groups, spark.admin.acls and"
                  + " spark.admin.acls.groups, and by the administrators of the History Server.",
              links);
      case ACLS_NOT_KNOWN_YET ->
          new Message(
              HttpServletResponse.SC_FORBIDDEN,
              "Access rights are not available yet",
              named(application)
                  + " has a driver that has not reported its access control lists yet. Until then, only"
                  + " administrators of the History Server may view it.",
              List.of(running(links)),
              Optional.of(SOON));
      case NOT_AN_ADMINISTRATOR ->
          forbidden(
              "You may not act for other users",
              "The parameter doAs is only for administrators of the application "
                  + application.id()
                  + ".",
              links);
      case KILLING_DISABLED ->
          forbidden(
              "Killing is disabled",
              "The History Server does not allow killing of jobs and stages (killEnabled).",
              links);
      case OTHER_SITE ->
          forbidden(
              "The request comes from another web site",
              "The headers of your browser show that a page of another web site sent this"
                  + " request, which would change something. Nothing was changed. If it was a page of"
                  + " this server, the reverse proxy must forward the Host header, or send"
                  + " X-Forwarded-Host.",
              links);
      case NOT_FROM_APPLICATION_PAGE ->
          forbidden(
              "Kill it on a page of the application",
              "The request does not name a page of the application %s in its Referer or Origin header."
                      .formatted(application.id())
                  + " Nothing was killed. If you used that page, a proxy or the browser removes the"
                  + " Referer (Referrer-Policy). A program sends the address of such a page.",
              links);
      case FORM_TOO_LARGE ->
          new Message(
              HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
              "The form is too large",
              "A form that kills a job or a stage has at most 8 KiB. Nothing was killed.",
              List.of(running(links)),
              Optional.empty());
      case SERVICE_WORKER ->
          forbidden(
              "Service workers are not allowed",
              "A script of a driver must not respond in place of the driver after its end.",
              links);
    };
  }

  private static Message forbidden(String title, String text, Links links) {
    return new Message(
        HttpServletResponse.SC_FORBIDDEN, title, text, List.of(running(links)), Optional.empty());
  }

  static Message logsDisabled(Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "Logs are not enabled",
        "The History Server shows no logs of pods. An administrator can enable them with the"
            + " parameter podLogs.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message applicationWithoutLogs(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such application",
        "The filter has found no application %s since the start of the History Server. Logs are available while an application runs, and after its end as long as its pods exist."
            .formatted(id),
        List.of(running(links), completed(links)),
        Optional.empty());
  }

  static Message invalidLogQuery(Links links) {
    return new Message(
        HttpServletResponse.SC_BAD_REQUEST,
        "The query is invalid",
        "The parameters are container, previous, follow, timestamps, tail, sinceTime and download."
            + " tail is a number of lines, sinceTime a time such as 2026-01-31T09:00:00Z.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message invalidPath(Links links) {
    return new Message(
        HttpServletResponse.SC_BAD_REQUEST,
        "This address is invalid",
        "Addresses under live UIs have no encoded characters, no semicolons, no dot"
            + " segments and no double slashes.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message unsupportedTransferCoding(Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_IMPLEMENTED,
        "Transfer coding not supported",
        "The only supported transfer coding is chunked.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message methodNotAllowed(String method, Links links) {
    return new Message(
        HttpServletResponse.SC_METHOD_NOT_ALLOWED,
        "Method not allowed",
        "The method %s is not allowed here.".formatted(method),
        List.of(running(links)),
        Optional.empty());
  }

  static Message pageNotFound(Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such page",
        "There is nothing at this address.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message loop() {
    return new Message(
        LOOP_DETECTED,
        "This is the History Server itself",
        "It received a request for a driver: its own address is among those of drivers.",
        List.of(),
        Optional.empty());
  }

  static String named(LiveApplication application) {
    String name = application.info().name();
    return "The application " + application.id() + (name.isEmpty() ? "" : " (" + name + ")");
  }

  static Link running(Links links) {
    return new Link("Running applications", links.running());
  }

  static Link completed(Links links) {
    return new Link("Completed applications", links.home());
  }
}
