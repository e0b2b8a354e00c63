package io.sparklive;

import io.sparklive.access.Caller;
import io.sparklive.access.Refusal;
import io.sparklive.application.LiveApplication;
import io.sparklive.routing.QueryParameters;
import io.sparklive.routing.Route;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line in the log for each attempt to kill a job or a stage: who, what, outcome. */
final class KillLog implements AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(KillLog.class);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
  private static final int LONGEST_NAME = 128;

  private final HttpServletResponse response;
  private final String who;
  private final String what;

  private KillLog(HttpServletResponse response, String who, String what) {
    this.response = response;
    this.who = who;
    this.what = what;
  }

  /** Writes the line, once it is clear what has become of the request. */
  static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      Route.LiveUi route,
      Caller caller,
      LiveApplication application,
      Optional<Refusal> refusal) {
    KillLog line = new KillLog(response, who(caller), what(route, request, application));
    if (refusal.isPresent()) {
      line.write("refused, " + words(refusal.get()));
    } else if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(line);
    } else {
      line.onComplete(null);
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
    String number =
        QueryParameters.first(request.getQueryString(), "id")
            .filter(id -> NUMBER.matcher(id).matches())
            .map(id -> kind + " " + id)
            .orElse("a " + kind + " (its id is not in the query)");
    return inOneLine(
        "%s of %s (%s)".formatted(number, application.id(), application.facts().name()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
  }

  private static String words(Refusal refusal) {
    return refusal.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Whoever names a user or an application must not write lines of their own. */
  private static String inOneLine(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }
}
