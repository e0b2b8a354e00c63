package io.sparklive.routing;

import io.sparklive.application.ApplicationState;
import io.sparklive.history.Knowledge;
import java.util.Optional;

/** The table of answers: what a request for one application gets. */
public enum Answer {
  /** The driver's own, through the proxy. */
  DRIVER,
  /** 503: the driver is starting. */
  STARTING,
  /** 503: the driver has no UI. */
  WITHOUT_UI,
  /** 503: the application has ended, its event log is awaited. */
  ENDED,
  /** What was last known of the application itself, as Spark's REST API would say it. */
  LAST_FACTS,
  /** A redirect to the same page of the live UI. */
  TO_LIVE,
  /** A redirect to the same page of the history. */
  TO_HISTORY,
  /** 404: the History Server has an event log without an end, but nobody has found its driver. */
  NOT_FOUND_INCOMPLETE,
  /** 404: nobody knows it. */
  NOT_FOUND,
  /** The History Server's own. */
  HISTORY_SERVER;

  /**
   * What this request gets.
   *
   * @param route what is asked for
   * @param state where the application stands; empty where discovery does not know it
   * @param knowledge what the History Server's catalog says of it
   */
  public static Answer to(
      Route.OfApplication route, Optional<ApplicationState> state, Knowledge knowledge) {
    if (route instanceof Route.LiveUi) {
      return toLiveUi(state, knowledge);
    }
    if (route instanceof Route.Rest rest) {
      return toRest(rest, state, knowledge);
    }
    return toHistoryPage(state, knowledge);
  }

  private static Answer toLiveUi(Optional<ApplicationState> state, Knowledge knowledge) {
    if (knowledge == Knowledge.COMPLETE) {
      return TO_HISTORY;
    }
    if (state.isEmpty()) {
      return knowledge == Knowledge.INCOMPLETE ? NOT_FOUND_INCOMPLETE : NOT_FOUND;
    }
    return switch (state.get()) {
      case LIVE, GUARDED -> DRIVER;
      case STARTING -> STARTING;
      case WITHOUT_UI -> WITHOUT_UI;
      case ENDED -> ENDED;
    };
  }

  private static Answer toRest(
      Route.Rest rest, Optional<ApplicationState> state, Knowledge knowledge) {
    // The History Server's REST API answers for what it knows, without a redirect.
    if (knowledge == Knowledge.COMPLETE || state.isEmpty()) {
      return HISTORY_SERVER;
    }
    return switch (state.get()) {
      case LIVE, GUARDED -> DRIVER;
      case STARTING -> STARTING;
      case WITHOUT_UI -> withoutDriver(rest, knowledge, WITHOUT_UI);
      case ENDED -> withoutDriver(rest, knowledge, ENDED);
    };
  }

  private static Answer withoutDriver(Route.Rest rest, Knowledge knowledge, Answer otherwise) {
    if (rest.isApplicationItself()) {
      return LAST_FACTS;
    }
    // The log without an end holds the jobs and stages until then.
    return knowledge == Knowledge.INCOMPLETE ? HISTORY_SERVER : otherwise;
  }

  private static Answer toHistoryPage(Optional<ApplicationState> state, Knowledge knowledge) {
    if (state.isEmpty() || knowledge == Knowledge.COMPLETE) {
      return HISTORY_SERVER;
    }
    if (state.get().hasUi()) {
      return TO_LIVE;
    }
    if (knowledge == Knowledge.INCOMPLETE) {
      return HISTORY_SERVER;
    }
    return toLiveUi(state, knowledge);
  }
}
