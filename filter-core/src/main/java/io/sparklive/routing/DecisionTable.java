// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.LiveApplication;
import io.sparklive.routing.ApplicationDecision.DriverNotFound;
import io.sparklive.routing.ApplicationDecision.LastFacts;
import io.sparklive.routing.ApplicationDecision.NotFound;
import io.sparklive.routing.ApplicationDecision.PassThrough;
import io.sparklive.routing.ApplicationDecision.RedirectToHistory;
import io.sparklive.routing.ApplicationDecision.RedirectToLive;
import io.sparklive.routing.ApplicationDecision.StatusPage;
import io.sparklive.routing.ApplicationDecision.ToDriver;
import io.sparklive.routing.ApplicationDecision.ToHistoryServer;
import io.sparklive.spi.CatalogStatus;
import java.util.Optional;

/** The decision table for requests for one application, by the kind of their route. */
final class DecisionTable {
  private DecisionTable() {}

  static ApplicationDecision liveUi(
      Route.LiveUi route,
      Optional<LiveApplication> application,
      CatalogStatus status,
      boolean isScanned) {
    if (status == CatalogStatus.COMPLETE) {
      return new RedirectToHistory(route);
    }
    if (application.isEmpty()) {
      return status == CatalogStatus.INCOMPLETE
          ? new DriverNotFound(route.id())
          : new NotFound(route.id());
    }
    // The event log of a killed driver stays incomplete.
    return isEnded(application.get()) && status == CatalogStatus.INCOMPLETE && isScanned
        ? new RedirectToHistory(route)
        : driverOrReason(route, application.get());
  }

  static ApplicationDecision rest(
      Route.ApplicationApi route,
      Optional<LiveApplication> application,
      CatalogStatus status,
      boolean isScanned) {
    if (application.isEmpty()) {
      return new PassThrough();
    }
    LiveApplication known = application.get();
    // The History Server's REST API responds for a complete log, without a redirect.
    if (status == CatalogStatus.COMPLETE) {
      return new ToHistoryServer(known);
    }
    if (route.isEventLog()) {
      return eventLog(route, known, status, isScanned);
    }
    if (known.state().hasUi()) {
      return driverOrReason(route, known);
    }
    if (status == CatalogStatus.UNKNOWN) {
      return route.isOfFacts() ? factsOf(route, known) : driverOrReason(route, known);
    }
    // A log without an end has the jobs and stages up to that time, and the list has its entry.
    return isRenamed(known, isScanned) && !route.isOfFacts()
        ? driverOrReason(route, known)
        : new ToHistoryServer(known);
  }

  /** An application that is in no list has no entry of its own either, as in Spark. */
  private static ApplicationDecision factsOf(
      Route.ApplicationApi route, LiveApplication application) {
    return application.hasRun() ? new LastFacts(route, application) : new PassThrough();
  }

  private static ApplicationDecision eventLog(
      Route.ApplicationApi route,
      LiveApplication application,
      CatalogStatus status,
      boolean isScanned) {
    boolean isInCatalog = status == CatalogStatus.INCOMPLETE;
    boolean isReadable = isInCatalog && !isRenamed(application, isScanned);
    // If the History Server has no event log, a driver sends its own.
    return !isReadable && (isEnded(application) || application.state().hasUi())
        ? driverOrReason(route, application)
        : new ToHistoryServer(application);
  }

  static ApplicationDecision historyPage(
      Route.HistoryPage route,
      Optional<LiveApplication> application,
      CatalogStatus status,
      boolean isScanned) {
    if (application.isEmpty()) {
      return new PassThrough();
    }
    LiveApplication known = application.get();
    if (status == CatalogStatus.COMPLETE) {
      return new ToHistoryServer(known);
    }
    if (known.state().hasUi()) {
      return new RedirectToLive(route, known);
    }
    return status == CatalogStatus.INCOMPLETE && !isRenamed(known, isScanned)
        ? new ToHistoryServer(known)
        : driverOrReason(route, known);
  }

  private static ApplicationDecision driverOrReason(
      Route.ForApplication route, LiveApplication application) {
    return switch (application.state()) {
      case LIVE, AUTH_REQUIRED -> new ToDriver(route, application);
      case PENDING -> new StatusPage(StatusPage.Kind.PENDING, application);
      case STARTING -> new StatusPage(StatusPage.Kind.STARTING, application);
      case NO_UI -> new StatusPage(StatusPage.Kind.NO_UI, application);
      case ENDED -> new StatusPage(StatusPage.Kind.ENDED, application);
    };
  }

  private static boolean isEnded(LiveApplication application) {
    return application.state().isEnded();
  }

  /** Whether the log may have been renamed since the History Server scanned the log directory. */
  private static boolean isRenamed(LiveApplication application, boolean isScanned) {
    return isEnded(application) && !isScanned;
  }
}
