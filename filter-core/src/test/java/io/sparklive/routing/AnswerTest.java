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
class AnswerTest {
  private static final ApplicationId ID = new ApplicationId("app-1");

  @ParameterizedTest(name = "{0} of {1}, catalog {2}: {3}")
  @CsvSource({
    "LIVE_UI, LIVE,     UNKNOWN,    DRIVER",
    "LIVE_UI, LIVE,     INCOMPLETE, DRIVER",
    "LIVE_UI, LIVE,     COMPLETE,   TO_HISTORY",
    "LIVE_UI, STARTING, UNKNOWN,    STARTING",
    "LIVE_UI, STARTING, INCOMPLETE, STARTING",
    "LIVE_UI, STARTING, COMPLETE,   TO_HISTORY",
    "LIVE_UI, WITHOUT_UI, UNKNOWN, WITHOUT_UI",
    "LIVE_UI, WITHOUT_UI, INCOMPLETE, WITHOUT_UI",
    "LIVE_UI, WITHOUT_UI, COMPLETE, TO_HISTORY",
    "LIVE_UI, ENDED,    UNKNOWN,    ENDED",
    "LIVE_UI, ENDED,    INCOMPLETE, ENDED",
    "LIVE_UI, ENDED,    COMPLETE,   TO_HISTORY",
    "LIVE_UI, none,     UNKNOWN,    NOT_FOUND",
    "LIVE_UI, none,     INCOMPLETE, NOT_FOUND_INCOMPLETE",
    "LIVE_UI, none,     COMPLETE,   TO_HISTORY",
    //
    "REST, LIVE,     UNKNOWN,    DRIVER",
    "REST, LIVE,     INCOMPLETE, DRIVER",
    "REST, LIVE,     COMPLETE,   HISTORY_SERVER",
    "REST, STARTING, UNKNOWN,    STARTING",
    "REST, STARTING, INCOMPLETE, STARTING",
    "REST, STARTING, COMPLETE,   HISTORY_SERVER",
    "REST, WITHOUT_UI, UNKNOWN, LAST_FACTS",
    "REST, WITHOUT_UI, INCOMPLETE, LAST_FACTS",
    "REST, WITHOUT_UI, COMPLETE, HISTORY_SERVER",
    "REST, ENDED,    UNKNOWN,    LAST_FACTS",
    "REST, ENDED,    INCOMPLETE, LAST_FACTS",
    "REST, ENDED,    COMPLETE,   HISTORY_SERVER",
    "REST, none,     UNKNOWN,    HISTORY_SERVER",
    "REST, none,     INCOMPLETE, HISTORY_SERVER",
    "REST, none,     COMPLETE,   HISTORY_SERVER",
    //
    "REST_BELOW, LIVE,     UNKNOWN,    DRIVER",
    "REST_BELOW, LIVE,     INCOMPLETE, DRIVER",
    "REST_BELOW, LIVE,     COMPLETE,   HISTORY_SERVER",
    "REST_BELOW, STARTING, UNKNOWN,    STARTING",
    "REST_BELOW, STARTING, INCOMPLETE, STARTING",
    "REST_BELOW, STARTING, COMPLETE,   HISTORY_SERVER",
    "REST_BELOW, WITHOUT_UI, UNKNOWN, WITHOUT_UI",
    "REST_BELOW, WITHOUT_UI, INCOMPLETE, HISTORY_SERVER",
    "REST_BELOW, WITHOUT_UI, COMPLETE, HISTORY_SERVER",
    "REST_BELOW, ENDED,    UNKNOWN,    ENDED",
    "REST_BELOW, ENDED,    INCOMPLETE, HISTORY_SERVER",
    "REST_BELOW, ENDED,    COMPLETE,   HISTORY_SERVER",
    "REST_BELOW, none,     UNKNOWN,    HISTORY_SERVER",
    "REST_BELOW, none,     INCOMPLETE, HISTORY_SERVER",
    "REST_BELOW, none,     COMPLETE,   HISTORY_SERVER",
    //
    "HISTORY_PAGE, LIVE,     UNKNOWN,    TO_LIVE",
    "HISTORY_PAGE, LIVE,     INCOMPLETE, TO_LIVE",
    "HISTORY_PAGE, LIVE,     COMPLETE,   HISTORY_SERVER",
    "HISTORY_PAGE, STARTING, UNKNOWN,    STARTING",
    "HISTORY_PAGE, STARTING, INCOMPLETE, HISTORY_SERVER",
    "HISTORY_PAGE, STARTING, COMPLETE,   HISTORY_SERVER",
    "HISTORY_PAGE, WITHOUT_UI, UNKNOWN, WITHOUT_UI",
    "HISTORY_PAGE, WITHOUT_UI, INCOMPLETE, HISTORY_SERVER",
    "HISTORY_PAGE, WITHOUT_UI, COMPLETE, HISTORY_SERVER",
    "HISTORY_PAGE, ENDED,    UNKNOWN,    ENDED",
    "HISTORY_PAGE, ENDED,    INCOMPLETE, HISTORY_SERVER",
    "HISTORY_PAGE, ENDED,    COMPLETE,   HISTORY_SERVER",
    "HISTORY_PAGE, none,     UNKNOWN,    HISTORY_SERVER",
    "HISTORY_PAGE, none,     INCOMPLETE, HISTORY_SERVER",
    "HISTORY_PAGE, none,     COMPLETE,   HISTORY_SERVER"
  })
  void whatIsAskedForGets(AskedFor askedFor, String state, Knowledge knowledge, Answer answer) {
    Optional<ApplicationState> known =
        state.equals("none") ? Optional.empty() : Optional.of(ApplicationState.valueOf(state));

    assertThat(Answer.to(askedFor.route(), known, knowledge)).isEqualTo(answer);
  }

  @ParameterizedTest
  @EnumSource(ApplicationState.class)
  void theLiveRestApiUnderABaseIsALiveUiAsWell(ApplicationState state) {
    Route.LiveUi rest = new Route.LiveUi(ID, "/sparkui", "/api/v1/applications/app-1/jobs");
    for (Knowledge knowledge : Knowledge.values()) {
      assertThat(Answer.to(rest, Optional.of(state), knowledge))
          .isEqualTo(Answer.to(AskedFor.LIVE_UI.route(), Optional.of(state), knowledge));
    }
  }

  enum AskedFor {
    LIVE_UI,
    REST,
    REST_BELOW,
    HISTORY_PAGE;

    Route.OfApplication route() {
      return switch (this) {
        case LIVE_UI -> new Route.LiveUi(ID, "/sparkui", "/jobs/");
        case REST -> new Route.Rest(ID, "/api/v1/applications/app-1");
        case REST_BELOW -> new Route.Rest(ID, "/api/v1/applications/app-1/jobs");
        case HISTORY_PAGE -> new Route.HistoryPage(ID, "/jobs/");
      };
    }
  }
}
