package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.history.Knowledge;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The design's table of answers, cell by cell. */
class ApplicationDecisionTest {
  private static final ApplicationId ID = new ApplicationId("app-1");

  @ParameterizedTest(name = "{0} of {1}, catalog {2}, scanned {3}: {4}")
  @CsvSource({
    "LIVE_UI, LIVE,       UNKNOWN,    yes, DRIVER",
    "LIVE_UI, LIVE,       INCOMPLETE, yes, DRIVER",
    "LIVE_UI, LIVE,       COMPLETE,   yes, TO_HISTORY",
    "LIVE_UI, STARTING,   UNKNOWN,    yes, STARTING",
    "LIVE_UI, STARTING,   INCOMPLETE, yes, STARTING",
    "LIVE_UI, STARTING,   COMPLETE,   yes, TO_HISTORY",
    "LIVE_UI, WITHOUT_UI, UNKNOWN,    yes, WITHOUT_UI",
    "LIVE_UI, WITHOUT_UI, INCOMPLETE, yes, WITHOUT_UI",
    "LIVE_UI, WITHOUT_UI, COMPLETE,   yes, TO_HISTORY",
    "LIVE_UI, ENDED,      UNKNOWN,    yes, ENDED",
    "LIVE_UI, ENDED,      UNKNOWN,    no,  ENDED",
    "LIVE_UI, ENDED,      INCOMPLETE, no,  ENDED",
    "LIVE_UI, ENDED,      INCOMPLETE, yes, TO_HISTORY",
    "LIVE_UI, ENDED,      COMPLETE,   no,  TO_HISTORY",
    "LIVE_UI, none,       UNKNOWN,    yes, NOT_FOUND",
    "LIVE_UI, none,       INCOMPLETE, yes, NOT_FOUND_INCOMPLETE",
    "LIVE_UI, none,       COMPLETE,   yes, TO_HISTORY",
    //
    "REST, LIVE,       UNKNOWN,    yes, DRIVER",
    "REST, LIVE,       INCOMPLETE, yes, DRIVER",
    "REST, LIVE,       COMPLETE,   yes, HISTORY_SERVER",
    "REST, STARTING,   UNKNOWN,    yes, LAST_FACTS",
    "REST, STARTING,   INCOMPLETE, yes, HISTORY_SERVER",
    "REST, STARTING,   COMPLETE,   yes, HISTORY_SERVER",
    "REST, WITHOUT_UI, UNKNOWN,    yes, LAST_FACTS",
    "REST, WITHOUT_UI, INCOMPLETE, yes, HISTORY_SERVER",
    "REST, WITHOUT_UI, COMPLETE,   yes, HISTORY_SERVER",
    "REST, ENDED,      UNKNOWN,    yes, LAST_FACTS",
    "REST, ENDED,      INCOMPLETE, no,  HISTORY_SERVER",
    "REST, ENDED,      INCOMPLETE, yes, HISTORY_SERVER",
    "REST, ENDED,      COMPLETE,   no,  HISTORY_SERVER",
    "REST, none,       UNKNOWN,    yes, HISTORY_SERVER",
    "REST, none,       INCOMPLETE, yes, HISTORY_SERVER",
    "REST, none,       COMPLETE,   yes, HISTORY_SERVER",
    //
    "ATTEMPT, LIVE,     UNKNOWN,    yes, DRIVER",
    "ATTEMPT, STARTING, UNKNOWN,    yes, LAST_FACTS",
    "ATTEMPT, ENDED,    UNKNOWN,    yes, LAST_FACTS",
    "ATTEMPT, ENDED,    INCOMPLETE, no,  HISTORY_SERVER",
    "ATTEMPT, ENDED,    COMPLETE,   no,  HISTORY_SERVER",
    //
    "REST_BELOW, LIVE,       UNKNOWN,    yes, DRIVER",
    "REST_BELOW, LIVE,       INCOMPLETE, yes, DRIVER",
    "REST_BELOW, LIVE,       COMPLETE,   yes, HISTORY_SERVER",
    "REST_BELOW, STARTING,   UNKNOWN,    yes, STARTING",
    "REST_BELOW, STARTING,   INCOMPLETE, yes, HISTORY_SERVER",
    "REST_BELOW, STARTING,   COMPLETE,   yes, HISTORY_SERVER",
    "REST_BELOW, WITHOUT_UI, UNKNOWN,    yes, WITHOUT_UI",
    "REST_BELOW, WITHOUT_UI, INCOMPLETE, yes, HISTORY_SERVER",
    "REST_BELOW, WITHOUT_UI, COMPLETE,   yes, HISTORY_SERVER",
    "REST_BELOW, ENDED,      UNKNOWN,    yes, ENDED",
    "REST_BELOW, ENDED,      INCOMPLETE, no,  ENDED",
    "REST_BELOW, ENDED,      INCOMPLETE, yes, HISTORY_SERVER",
    "REST_BELOW, ENDED,      COMPLETE,   no,  HISTORY_SERVER",
    "REST_BELOW, none,       UNKNOWN,    yes, HISTORY_SERVER",
    "REST_BELOW, none,       INCOMPLETE, yes, HISTORY_SERVER",
    "REST_BELOW, none,       COMPLETE,   yes, HISTORY_SERVER",
    //
    "EVENT_LOG, LIVE,       UNKNOWN,    yes, DRIVER",
    "EVENT_LOG, GUARDED,    UNKNOWN,    yes, DRIVER",
    "EVENT_LOG, LIVE,       INCOMPLETE, yes, HISTORY_SERVER",
    "EVENT_LOG, LIVE,       COMPLETE,   yes, HISTORY_SERVER",
    "EVENT_LOG, STARTING,   UNKNOWN,    yes, HISTORY_SERVER",
    "EVENT_LOG, WITHOUT_UI, UNKNOWN,    yes, HISTORY_SERVER",
    "EVENT_LOG, ENDED,      UNKNOWN,    yes, ENDED",
    "EVENT_LOG, ENDED,      INCOMPLETE, no,  ENDED",
    "EVENT_LOG, ENDED,      INCOMPLETE, yes, HISTORY_SERVER",
    "EVENT_LOG, ENDED,      COMPLETE,   no,  HISTORY_SERVER",
    "EVENT_LOG, none,       UNKNOWN,    yes, HISTORY_SERVER",
    //
    "HISTORY_PAGE, LIVE,       UNKNOWN,    yes, TO_LIVE",
    "HISTORY_PAGE, LIVE,       INCOMPLETE, yes, TO_LIVE",
    "HISTORY_PAGE, LIVE,       COMPLETE,   yes, HISTORY_SERVER",
    "HISTORY_PAGE, STARTING,   UNKNOWN,    yes, STARTING",
    "HISTORY_PAGE, STARTING,   INCOMPLETE, yes, HISTORY_SERVER",
    "HISTORY_PAGE, STARTING,   COMPLETE,   yes, HISTORY_SERVER",
    "HISTORY_PAGE, WITHOUT_UI, UNKNOWN,    yes, WITHOUT_UI",
    "HISTORY_PAGE, WITHOUT_UI, INCOMPLETE, yes, HISTORY_SERVER",
    "HISTORY_PAGE, WITHOUT_UI, COMPLETE,   yes, HISTORY_SERVER",
    "HISTORY_PAGE, ENDED,      UNKNOWN,    yes, ENDED",
    "HISTORY_PAGE, ENDED,      INCOMPLETE, no,  ENDED",
    "HISTORY_PAGE, ENDED,      INCOMPLETE, yes, HISTORY_SERVER",
    "HISTORY_PAGE, ENDED,      COMPLETE,   no,  HISTORY_SERVER",
    "HISTORY_PAGE, none,       UNKNOWN,    yes, HISTORY_SERVER",
    "HISTORY_PAGE, none,       INCOMPLETE, yes, HISTORY_SERVER",
    "HISTORY_PAGE, none,       COMPLETE,   yes, HISTORY_SERVER"
  })
  void whatIsAskedForGets(
      AskedFor askedFor, String state, Knowledge knowledge, String scanned, ApplicationDecision answer) {
    Optional<ApplicationState> known =
        state.equals("none") ? Optional.empty() : Optional.of(ApplicationState.valueOf(state));

    assertThat(ApplicationDecision.to(askedFor.route(), known, knowledge, scanned.equals("yes")))
        .isEqualTo(answer);
  }

  @ParameterizedTest
  @EnumSource(ApplicationState.class)
  void theLiveRestApiUnderABaseIsALiveUiAsWell(ApplicationState state) {
    Route.LiveUi rest = new Route.LiveUi(ID, "/sparkui", "/api/v1/applications/app-1/jobs");
    for (Knowledge knowledge : Knowledge.values()) {
      assertThat(ApplicationDecision.to(rest, Optional.of(state), knowledge, true))
          .isEqualTo(ApplicationDecision.to(AskedFor.LIVE_UI.route(), Optional.of(state), knowledge, true));
    }
  }

  enum AskedFor {
    LIVE_UI,
    REST,
    ATTEMPT,
    REST_BELOW,
    EVENT_LOG,
    HISTORY_PAGE;

    Route.OfApplication route() {
      return switch (this) {
        case LIVE_UI -> new Route.LiveUi(ID, "/sparkui", "/jobs/");
        case REST -> new Route.Rest(ID, "/api/v1/applications/app-1");
        case ATTEMPT -> new Route.Rest(ID, "/api/v1/applications/app-1/1");
        case EVENT_LOG -> new Route.Rest(ID, "/api/v1/applications/app-1/logs");
        case REST_BELOW -> new Route.Rest(ID, "/api/v1/applications/app-1/jobs");
        case HISTORY_PAGE -> new Route.HistoryPage(ID, "/jobs/", "/history/app-1/jobs/");
      };
    }
  }
}
