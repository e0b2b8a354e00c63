// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.Caller;
import io.sparklive.access.DenialReason;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.FormBody;
import io.sparklive.http.QueryParameters;
import io.sparklive.http.TextSanitizer;
import io.sparklive.routing.Route;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audit log: one line for each attempt to kill a job or a stage, with user, target, outcome. */
final class KillAuditLog implements AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(KillAuditLog.class);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final int LONGEST_NAME = 128;

  private final HttpServletResponse response;
  private final String user;
  private final String target;

  private KillAuditLog(HttpServletResponse response, String user, String target) {
    this.response = response;
    this.user = user;
    this.target = target;
  }

  /** The line for this request; if its body is a form, it has been {@linkplain FormBody read}. */
  static KillAuditLog of(Exchange exchange, Route.LiveUi route, LiveApplication application) {
    return new KillAuditLog(
        exchange.response(),
        describe(exchange.caller()),
        target(route, exchange.request(), application));
  }

  /** Writes the line of a request that is denied. */
  void writeDenied(DenialReason reason) {
    write("denied, " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /** Writes the line of a forwarded request, with the status of its response. */
  void writeWhenComplete(HttpServletRequest request) {
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(this);
    } else {
      onComplete(null);
    }
  }

  @Override
  public void onComplete(@Nullable AsyncEvent event) {
    write("status " + response.getStatus());
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // The container calls onComplete after this.
  }

  @Override
  public void onError(AsyncEvent event) {
    // The container calls onComplete after this.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The filter starts no asynchronous mode twice for one request.
  }

  private void write(String outcome) {
    LOG.info("Kill: {} requested to kill {}: {}", user, target, outcome);
  }

  private static String describe(Caller caller) {
    return TextSanitizer.oneLine(
        caller.name() + caller.doAs().map(other -> " (doAs " + cut(other) + ")").orElse(""));
  }

  private static String target(
      Route.LiveUi route, HttpServletRequest request, LiveApplication application) {
    String kind = route.page().startsWith("/stages/") ? "stage" : "job";
    // As getParameter of the servlet API: the query comes first, and Spark takes the first value.
    String number =
        QueryParameters.first(request.getQueryString(), "id")
            .or(() -> QueryParameters.first(FormBody.textOf(request), "id"))
            .filter(id -> NUMBER.matcher(id).matches())
            .map(id -> kind + " " + id)
            .orElse("a " + kind + " (no id)");
    return TextSanitizer.oneLine(
        "%s of %s (%s)".formatted(number, application.id(), application.info().name()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
  }
}
