package io.sparklive.web;

import io.sparklive.access.Caller;
import io.sparklive.access.DenialReason;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.FormBody;
import io.sparklive.http.QueryParameters;
import io.sparklive.routing.Route;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audit log: one line for each attempt to kill a job or a stage, with user, target, outcome. */
final class KillAuditLog implements AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(KillAuditLog.class);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
  private static final int LONGEST_NAME = 128;

  private final HttpServletResponse response;
  private final String who;
  private final String what;

  private KillAuditLog(HttpServletResponse response, String who, String what) {
    this.response = response;
    this.who = who;
    this.what = what;
  }

  /** The line for this request; a form in its body has been {@linkplain FormBody read}. */
  static KillAuditLog of(Exchange exchange, Route.LiveUi route, LiveApplication application) {
    return new KillAuditLog(
        exchange.response(), who(exchange.caller()), what(route, exchange.request(), application));
  }

  /** Writes the line of a request that is not forwarded. */
  void refused(DenialReason refusal) {
    write("refused, " + refusal.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /** Writes the line of a request that is forwarded, with the status of its response. */
  void writeWhenComplete(HttpServletRequest request) {
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(this);
    } else {
      onComplete(null);
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    write("answered with " + response.getStatus());
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onError(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again.
  }

  private void write(String outcome) {
    LOG.info("Kill: {} asks to kill {}: {}", who, what, outcome);
  }

  private static String who(Caller caller) {
    return inOneLine(
        caller.name() + caller.onBehalfOf().map(other -> " (doAs " + cut(other) + ")").orElse(""));
  }

  private static String what(
      Route.LiveUi route, HttpServletRequest request, LiveApplication application) {
    String kind = route.page().startsWith("/stages/") ? "stage" : "job";
    // As the servlet API has it for getParameter, of which Spark takes the first value.
    String number =
        QueryParameters.first(request.getQueryString(), "id")
            .or(() -> QueryParameters.first(FormBody.textOf(request), "id"))
            .filter(id -> NUMBER.matcher(id).matches())
            .map(id -> kind + " " + id)
            .orElse("a " + kind + " (no id)");
    return inOneLine(
        "%s of %s (%s)".formatted(number, application.id(), application.facts().name()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
  }

  /** The name of a user or an application must not add lines to the log. */
  private static String inOneLine(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }
}
