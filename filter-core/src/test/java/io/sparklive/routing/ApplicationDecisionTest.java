// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.spi.CatalogStatus;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks each cell of the decision table. */
class ApplicationDecisionTest {
  private static final ApplicationId ID = new ApplicationId("app-1");

  @ParameterizedTest(name = "{0} of {1}, catalog {2}, scanned {3}: {4}")
  @CsvSource({
    "LIVE_UI, LIVE,       UNKNOWN,    yes, ToDriver",
    "LIVE_UI, LIVE,       INCOMPLETE, yes, ToDriver",
    "LIVE_UI, LIVE,       COMPLETE,   yes, RedirectToHistory",
    "LIVE_UI, PENDING,    UNKNOWN,    yes, PENDING",
    "LIVE_UI, PENDING,    INCOMPLETE, yes, PENDING",
    "LIVE_UI, PENDING,    COMPLETE,   yes, RedirectToHistory",
    "LIVE_UI, STARTING,   UNKNOWN,    yes, STARTING",
    "LIVE_UI, STARTING,   INCOMPLETE, yes, STARTING",
    "LIVE_UI, STARTING,   COMPLETE,   yes, RedirectToHistory",
    "LIVE_UI, NO_UI, UNKNOWN,    yes, NO_UI",
    "LIVE_UI, NO_UI, INCOMPLETE, yes, NO_UI",
    "LIVE_UI, NO_UI, COMPLETE,   yes, RedirectToHistory",
    "LIVE_UI, ENDED,      UNKNOWN,    yes, ENDED",
    "LIVE_UI, ENDED,      UNKNOWN,    no,  ENDED",
    "LIVE_UI, ENDED,      INCOMPLETE, no,  ENDED",
    "LIVE_UI, ENDED,      INCOMPLETE, yes, RedirectToHistory",
    "LIVE_UI, ENDED,      COMPLETE,   no,  RedirectToHistory",
    "LIVE_UI, none,       UNKNOWN,    yes, NotFound",
    "LIVE_UI, none,       INCOMPLETE, yes, DriverNotFound",
    "LIVE_UI, none,       COMPLETE,   yes, RedirectToHistory",
    //
    "REST, LIVE,       UNKNOWN,    yes, ToDriver",
    "REST, LIVE,       INCOMPLETE, yes, ToDriver",
    "REST, LIVE,       COMPLETE,   yes, ToHistoryServer",
    "REST, PENDING,    UNKNOWN,    yes, PassThrough",
    "REST, PENDING,    INCOMPLETE, yes, ToHistoryServer",
    "REST, PENDING,    COMPLETE,   yes, ToHistoryServer",
    "REST, STARTING,   UNKNOWN,    yes, LastFacts",
    "REST, STARTING,   INCOMPLETE, yes, ToHistoryServer",
    "REST, STARTING,   COMPLETE,   yes, ToHistoryServer",
    "REST, NO_UI, UNKNOWN,    yes, LastFacts",
    "REST, NO_UI, INCOMPLETE, yes, ToHistoryServer",
    "REST, NO_UI, COMPLETE,   yes, ToHistoryServer",
    "REST, ENDED,      UNKNOWN,    yes, LastFacts",
    "REST, ENDED,      INCOMPLETE, no,  ToHistoryServer",
    "REST, ENDED,      INCOMPLETE, yes, ToHistoryServer",
    "REST, ENDED,      COMPLETE,   no,  ToHistoryServer",
    "REST, none,       UNKNOWN,    yes, PassThrough",
    "REST, none,       INCOMPLETE, yes, PassThrough",
    "REST, none,       COMPLETE,   yes, PassThrough",
    //
    "ATTEMPT, LIVE,     UNKNOWN,    yes, ToDriver",
    "ATTEMPT, PENDING,  UNKNOWN,    yes, PassThrough",
    "ATTEMPT, STARTING, UNKNOWN,    yes, LastFacts",
    "ATTEMPT, ENDED,    UNKNOWN,    yes, LastFacts",
    "ATTEMPT, ENDED,    INCOMPLETE, no,  ToHistoryServer",
    "ATTEMPT, ENDED,    COMPLETE,   no,  ToHistoryServer",
    //
    "REST_BELOW, LIVE,       UNKNOWN,    yes, ToDriver",
    "REST_BELOW, LIVE,       INCOMPLETE, yes, ToDriver",
    "REST_BELOW, LIVE,       COMPLETE,   yes, ToHistoryServer",
    "REST_BELOW, PENDING,    UNKNOWN,    yes, PENDING",
    "REST_BELOW, PENDING,    INCOMPLETE, yes, ToHistoryServer",
    "REST_BELOW, PENDING,    COMPLETE,   yes, ToHistoryServer",
    "REST_BELOW, STARTING,   UNKNOWN,    yes, STARTING",
    "REST_BELOW, STARTING,   INCOMPLETE, yes, ToHistoryServer",
    "REST_BELOW, STARTING,   COMPLETE,   yes, ToHistoryServer",
    "REST_BELOW, NO_UI, UNKNOWN,    yes, NO_UI",
    "REST_BELOW, NO_UI, INCOMPLETE, yes, ToHistoryServer",
    "REST_BELOW, NO_UI, COMPLETE,   yes, ToHistoryServer",
    "REST_BELOW, ENDED,      UNKNOWN,    yes, ENDED",
    "REST_BELOW, ENDED,      INCOMPLETE, no,  ENDED",
    "REST_BELOW, ENDED,      INCOMPLETE, yes, ToHistoryServer",
    "REST_BELOW, ENDED,      COMPLETE,   no,  ToHistoryServer",
    "REST_BELOW, none,       UNKNOWN,    yes, PassThrough",
    "REST_BELOW, none,       INCOMPLETE, yes, PassThrough",
    "REST_BELOW, none,       COMPLETE,   yes, PassThrough",
    //
    "EVENT_LOG, LIVE,       UNKNOWN,    yes, ToDriver",
    "EVENT_LOG, AUTH_REQUIRED,    UNKNOWN,    yes, ToDriver",
    "EVENT_LOG, LIVE,       INCOMPLETE, yes, ToHistoryServer",
    "EVENT_LOG, LIVE,       COMPLETE,   yes, ToHistoryServer",
    "EVENT_LOG, PENDING,    UNKNOWN,    yes, ToHistoryServer",
    "EVENT_LOG, STARTING,   UNKNOWN,    yes, ToHistoryServer",
    "EVENT_LOG, NO_UI, UNKNOWN,    yes, ToHistoryServer",
    "EVENT_LOG, ENDED,      UNKNOWN,    yes, ENDED",
    "EVENT_LOG, ENDED,      INCOMPLETE, no,  ENDED",
    "EVENT_LOG, ENDED,      INCOMPLETE, yes, ToHistoryServer",
    "EVENT_LOG, ENDED,      COMPLETE,   no,  ToHistoryServer",
    "EVENT_LOG, none,       UNKNOWN,    yes, PassThrough",
    //
    "HISTORY_PAGE, LIVE,       UNKNOWN,    yes, RedirectToLive",
    "HISTORY_PAGE, LIVE,       INCOMPLETE, yes, RedirectToLive",
    "HISTORY_PAGE, LIVE,       COMPLETE,   yes, ToHistoryServer",
    "HISTORY_PAGE, PENDING,    UNKNOWN,    yes, PENDING",
    "HISTORY_PAGE, PENDING,    INCOMPLETE, yes, ToHistoryServer",
    "HISTORY_PAGE, PENDING,    COMPLETE,   yes, ToHistoryServer",
    "HISTORY_PAGE, STARTING,   UNKNOWN,    yes, STARTING",
    "HISTORY_PAGE, STARTING,   INCOMPLETE, yes, ToHistoryServer",
    "HISTORY_PAGE, STARTING,   COMPLETE,   yes, ToHistoryServer",
    "HISTORY_PAGE, NO_UI, UNKNOWN,    yes, NO_UI",
    "HISTORY_PAGE, NO_UI, INCOMPLETE, yes, ToHistoryServer",
    "HISTORY_PAGE, NO_UI, COMPLETE,   yes, ToHistoryServer",
    "HISTORY_PAGE, ENDED,      UNKNOWN,    yes, ENDED",
    "HISTORY_PAGE, ENDED,      INCOMPLETE, no,  ENDED",
    "HISTORY_PAGE, ENDED,      INCOMPLETE, yes, ToHistoryServer",
    "HISTORY_PAGE, ENDED,      COMPLETE,   no,  ToHistoryServer",
    "HISTORY_PAGE, none,       UNKNOWN,    yes, PassThrough",
    "HISTORY_PAGE, none,       INCOMPLETE, yes, PassThrough",
    "HISTORY_PAGE, none,       COMPLETE,   yes, PassThrough"
  })
  void decidesByStateAndCatalog(
      Requested requested, String state, CatalogStatus status, String scanned, String decision) {
    Optional<LiveApplication> application =
        state.equals("none")
            ? Optional.empty()
            : Optional.of(application(ApplicationState.valueOf(state)));

    assertThat(requested.route().decide(application, status, scanned.equals("yes")))
        .isEqualTo(decision(decision, requested.route(), application));
  }

  private static ApplicationDecision decision(
      String name, Route.ForApplication route, Optional<LiveApplication> application) {
    return switch (name) {
      case "ToDriver" -> new ApplicationDecision.ToDriver(route, application.orElseThrow());
      case "RedirectToLive" ->
          new ApplicationDecision.RedirectToLive(
              (Route.HistoryPage) route, application.orElseThrow());
      case "RedirectToHistory" -> new ApplicationDecision.RedirectToHistory((Route.LiveUi) route);
      case "LastFacts" ->
          new ApplicationDecision.LastFacts(
              (Route.ApplicationApi) route, application.orElseThrow());
      case "DriverNotFound" -> new ApplicationDecision.DriverNotFound(ID);
      case "NotFound" -> new ApplicationDecision.NotFound(ID);
      case "ToHistoryServer" -> new ApplicationDecision.ToHistoryServer(application.orElseThrow());
      case "PassThrough" -> new ApplicationDecision.PassThrough();
      default ->
          new ApplicationDecision.StatusPage(
              ApplicationDecision.StatusPage.Kind.valueOf(name), application.orElseThrow());
    };
  }

  private static LiveApplication application(ApplicationState state) {
    return new LiveApplication(
        ID,
        state,
        SampleApplications.info("Night shift"),
        Optional.empty(),
        Optional.empty(),
        SampleApplications.SOURCE,
        Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(ApplicationState.class)
  void decidesForRestUnderABaseAsForALiveUi(ApplicationState state) {
    Route.LiveUi rest = new Route.LiveUi(ID, "/sparkui/app-1", "/api/v1/applications/app-1/jobs");
    Optional<LiveApplication> application = Optional.of(application(state));
    for (CatalogStatus status : CatalogStatus.values()) {
      String expected =
          Requested.LIVE_UI
              .route()
              .decide(application, status, true)
              .toString()
              .replace(Requested.LIVE_UI.route().toString(), rest.toString());
      assertThat(rest.decide(application, status, true)).hasToString(expected);
    }
  }

  enum Requested {
    LIVE_UI,
    REST,
    ATTEMPT,
    REST_BELOW,
    EVENT_LOG,
    HISTORY_PAGE;

    Route.ForApplication route() {
      return switch (this) {
        case LIVE_UI -> new Route.LiveUi(ID, "/sparkui/app-1", "/jobs/");
        case REST -> new Route.ApplicationApi(ID, "/api/v1/applications/app-1");
        case ATTEMPT -> new Route.ApplicationApi(ID, "/api/v1/applications/app-1/1");
        case EVENT_LOG -> new Route.ApplicationApi(ID, "/api/v1/applications/app-1/logs");
        case REST_BELOW -> new Route.ApplicationApi(ID, "/api/v1/applications/app-1/jobs");
        case HISTORY_PAGE -> new Route.HistoryPage(ID, "/jobs/", "/history/app-1/jobs/");
      };
    }
  }
}
