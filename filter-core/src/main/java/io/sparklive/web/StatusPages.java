package io.sparklive.web;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.sparklive.access.DenialReason;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
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
  private static final int SOON = 2;
  private static final int LATER = 5;

  private StatusPages() {}

  static Message notReady(Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "Not ready yet",
        "Live applications are shown in a moment. If not, the History Server's log says why.",
        List.of(completed(links)),
        Optional.of(SOON));
  }

  static Message starting(LiveApplication application, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The driver is starting",
        named(application) + " has a driver, but its UI does not answer yet.",
        List.of(running(links)),
        Optional.of(SOON));
  }

  static Message withoutUi(LiveApplication application, boolean isLogged, Links links) {
    List<Link> next = new ArrayList<>();
    if (isLogged) {
      String history = links.history(application.id(), application.info().attemptId());
      next.add(new Link("What its event log holds", history + "/"));
    }
    next.add(running(links));
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "This driver has no UI",
        named(application)
            + " runs, but nothing listens where its driver's UI would be"
            + application.address().map(address -> ", at its port " + address.port()).orElse("")
            + ": it was started with spark.ui.enabled=false, or its program has made no Spark"
            + " session yet.",
        next,
        Optional.of(LATER));
  }

  static Message searching(ApplicationId id, String history, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "Its driver is being looked for",
        "The History Server has an event log of the application %s without an end. The log says where its driver was to be, and it is looked for there."
            .formatted(id),
        List.of(new Link("What its event log holds", history + "/"), running(links)),
        Optional.of(SOON));
  }

  static Message ended(LiveApplication application, Links links) {
    if (application.settings().map(settings -> !settings.logsEvents()).orElse(false)) {
      return new Message(
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          "The application has ended; it wrote no event log",
          named(application)
              + " has ended. It ran without an event log (spark.eventLog.enabled), so that the"
              + " History Server cannot show it.",
          List.of(running(links), completed(links)),
          Optional.empty());
    }
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The application has ended; its event log is awaited",
        named(application)
            + " has ended, and the History Server has not read its event log yet. An application"
            + " that wrote none is not kept.",
        List.of(completed(links)),
        Optional.of(LATER));
  }

  /**
   * @param history the path of the application's history, without a slash at the end
   * @param reason why the last search failed; null if there was none or the user may not see it
   */
  static Message driverNotFound(
      ApplicationId id, String history, @Nullable String reason, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No driver was found",
        "The History Server has an event log of the application %s without an end, but no driver that runs it was found."
                .formatted(id)
            + (reason == null ? "" : " The last search: " + reason + ".")
            + " It may have been killed.",
        List.of(new Link("What its event log holds", history + "/"), running(links)),
        Optional.empty());
  }

  static Message recentlyEnded(LiveApplication application, Links links) {
    boolean isLogged = application.settings().map(DriverSettings::logsEvents).orElse(true);
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "The application has ended",
        named(application)
            + application.ended().map(at -> " ended at " + at.truncatedTo(SECONDS)).orElse("")
            + (isLogged
                ? ", and the History Server has no event log of it."
                : ", and wrote no event log (spark.eventLog.enabled)."),
        List.of(running(links), completed(links)),
        Optional.empty());
  }

  static Message historyElsewhere(LiveApplication application, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The application has just ended",
        named(application)
            + " has a history already at another History Server behind this address; this one has"
            + " not read it yet.",
        List.of(running(links), completed(links)),
        Optional.of(SOON));
  }

  static Message applicationNotFound(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such application",
        "Neither a driver nor an event log of an application %s is known here.".formatted(id)
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
        "The History Server does not answer",
        "It cannot say at the moment whether the application %s has completed. Its log says why."
            .formatted(id),
        List.of(running(links)),
        Optional.of(LATER));
  }

  static Message historyServerDown(Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The History Server does not answer",
        "Running applications are shown to those whom the History Server lets in, and at the moment"
            + " it cannot be asked. The log here says why.",
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
              "What its event log holds so far",
              exchange
                  .links()
                  .historyWhileLive(
                      id, application.info().attemptId(), page.page(), exchange.query())));
    }
    next.add(running(exchange.links()));
    return new Message(
        status,
        switch (status) {
          case HttpServletResponse.SC_BAD_REQUEST -> "This request is not understood";
          case HttpServletResponse.SC_GATEWAY_TIMEOUT -> "The driver does not answer in time";
          default -> "The driver does not answer";
        },
        "%s could not be shown. %s%s"
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
        "Its event log is awaited",
        named(application)
            + " is ending. Its event log has another name since then, under which the History"
            + " Server finds it with its next scan (spark.history.fs.update.interval).",
        List.of(running(links), completed(links)),
        Optional.of(SOON));
  }

  static Message loginRequired(Links links) {
    return new Message(
        HttpServletResponse.SC_UNAUTHORIZED,
        "Log in first",
        "What is running now is for people who have logged in.",
        List.of(new Link("History Server", links.home())),
        Optional.empty());
  }

  static Message loginRequired(ApplicationId id, Links links) {
    return new Message(
        HttpServletResponse.SC_UNAUTHORIZED,
        "Log in first",
        "What is known of the application %s is for people who have logged in.".formatted(id),
        List.of(new Link("History Server", links.home())),
        Optional.empty());
  }

  static Message denied(DenialReason reason, LiveApplication application, Links links) {
    boolean isOfPermissions =
        reason == DenialReason.NOT_A_VIEWER || reason == DenialReason.NOT_A_MODIFIER;
    if (isOfPermissions && application.state() == ApplicationState.AUTH_REQUIRED) {
      return forbidden(
          "You may not see this application",
          named(application)
              + " has a driver that tells whom it lets in only to those whom it knows. It is shown to"
              + " the History Server's administrators.",
          links);
    }
    String user = application.info().user();
    String owner = user.isEmpty() ? "its user" : "its user " + user;
    return switch (reason) {
      case LOGIN_REQUIRED -> loginRequired(application.id(), links);
      case NOT_A_VIEWER ->
          forbidden(
              "You may not see this application",
              named(application)
                  + " may be seen by %s, by those whom it names in spark.ui.view.acls,"
                      .formatted(owner)
                  + " spark.ui.view.acls.groups, spark.admin.acls and spark.admin.acls.groups, and by"
                  + " the History Server's administrators.",
              links);
      case NOT_A_MODIFIER ->
          forbidden(
              "You may not kill this",
              "What the application %s does may be killed by %s, by those whom it names in"
                      .formatted(application.id(), owner)
                  + " spark.modify.acls, spark.modify.acls.groups, spark.admin.acls and"
                  + " spark.admin.acls.groups, and by the History Server's administrators.",
              links);
      case NOT_KNOWN_YET ->
          new Message(
              HttpServletResponse.SC_FORBIDDEN,
              "It is not known yet who may see this",
              named(application)
                  + " has not told yet whom it lets in. Until then it is shown to the History"
                  + " Server's administrators only.",
              List.of(running(links)),
              Optional.of(SOON));
      case NOT_ON_BEHALF_OF_OTHERS ->
          forbidden(
              "You may not ask on behalf of others",
              "The parameter doAs is for administrators of the application "
                  + application.id()
                  + ".",
              links);
      case KILLING_IS_OFF ->
          forbidden(
              "Nothing can be killed here",
              "The History Server is set up so that jobs and stages are not killed through it.",
              links);
      case OTHER_SITE ->
          forbidden(
              "Another web site asked for this",
              "Your browser says that a page of another web site made it send this, which would"
                  + " change something. Nothing was done. If it was a page of this server, the proxy in"
                  + " front has to pass on the Host header, or to send X-Forwarded-Host.",
              links);
      case NOT_ASKED_FOR_HERE ->
          forbidden(
              "Kill it on its page",
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
              "No service workers",
              "A driver's script must not go on answering in its place when the driver is gone.",
              links);
    };
  }

  private static Message forbidden(String title, String text, Links links) {
    return new Message(
        HttpServletResponse.SC_FORBIDDEN, title, text, List.of(running(links)), Optional.empty());
  }

  static Message invalidPath(Links links) {
    return new Message(
        HttpServletResponse.SC_BAD_REQUEST,
        "This address is not understood",
        "Under live UIs, addresses are plain: no encoded characters, no semicolons, no dots and no"
            + " double slashes.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message unsupportedTransferCoding(Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_IMPLEMENTED,
        "Not here",
        "No transfer coding but chunked is understood here.",
        List.of(running(links)),
        Optional.empty());
  }

  static Message methodNotAllowed(String method, Links links) {
    return new Message(
        HttpServletResponse.SC_METHOD_NOT_ALLOWED,
        "Not here",
        "The method %s is not possible here.".formatted(method),
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
        "It was asked as if it were a driver: its own address is among those of drivers.",
        List.of(),
        Optional.empty());
  }

  private static String named(LiveApplication application) {
    String name = application.info().name();
    return "The application " + application.id() + (name.isEmpty() ? "" : " (" + name + ")");
  }

  private static Link running(Links links) {
    return new Link("Running applications", links.running());
  }

  private static Link completed(Links links) {
    return new Link("Completed applications", links.home());
  }
}
