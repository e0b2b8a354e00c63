// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static io.sparklive.web.StatusPages.completed;
import static io.sparklive.web.StatusPages.named;
import static io.sparklive.web.StatusPages.running;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.sparklive.application.DriverEnd;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.pages.Message;
import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;

/** The texts of the pages of applications whose driver does not run yet, or not any more. */
final class PodPages {
  private PodPages() {}

  /**
   * @param mayView whether the user may view the application, and so read why it waits
   */
  static Message pending(LiveApplication application, boolean mayView, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        "The driver is waiting",
        named(application)
            + (application.hasRun()
                ? " has a driver that does not run at the moment."
                : " has a driver that does not run yet.")
            + application
                .pending()
                .filter(any -> mayView)
                .map(PendingReason::text)
                .map(PodPages::sentence)
                .orElse(""),
        List.of(running(links)),
        Optional.of(StatusPages.SOON));
  }

  /**
   * @param mayView whether the user may view the application, and so read how it ended
   */
  static Message ended(LiveApplication application, boolean mayView, Links links) {
    boolean isLogged = isLogged(application);
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        isLogged
            ? "The application has ended; its event log is not available yet"
            : "The application has ended; it wrote no event log",
        named(application)
            + " has ended."
            + how(application, mayView)
            + (isLogged
                ? " The History Server has not read its event log yet. If there is no event log, the"
                    + " application is removed from the list."
                : " It ran without an event log (spark.eventLog.enabled), so the History Server"
                    + " cannot show it."),
        isLogged ? List.of(completed(links)) : List.of(running(links), completed(links)),
        Optional.of(StatusPages.LATER).filter(any -> isLogged));
  }

  /**
   * @param mayView whether the user may view the application, and so read how it ended
   */
  static Message recentlyEnded(LiveApplication application, boolean mayView, Links links) {
    boolean hasRun = application.hasRun();
    String at = application.ended().map(end -> " at " + end.truncatedTo(SECONDS)).orElse("");
    String history =
        isLogged(application)
            ? " The History Server has no event log of it."
            : " It wrote no event log (spark.eventLog.enabled).";
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        hasRun ? "The application has ended" : "The application never started",
        named(application)
            + (hasRun ? " ended" + at + "." : " never started: its pod ended" + at + ".")
            + how(application, mayView)
            + (hasRun ? history : ""),
        List.of(running(links), completed(links)),
        Optional.empty());
  }

  private static boolean isLogged(LiveApplication application) {
    return application.settings().map(DriverSettings::logsEvents).orElse(true);
  }

  private static String how(LiveApplication application, boolean mayView) {
    return application
        .end()
        .filter(any -> mayView)
        .map(DriverEnd::text)
        .map(PodPages::sentence)
        .orElse("");
  }

  /** The text of a status as a sentence of a page. */
  private static String sentence(String text) {
    return " " + text + (text.matches(".*[.!?…]") ? "" : ".");
  }
}
