package io.sparklive.routing;

import io.sparklive.application.ApplicationState;
import io.sparklive.history.Knowledge;
import java.util.Optional;

/** The table of answers: what a request for one application gets. */
public enum ApplicationDecision {
  /** The driver's own, through the proxy. */
  DRIVER,
  /** 503: the driver is starting. */
  STARTING,
  /** 503: the driver has no UI. */
  WITHOUT_UI,
  /**
   * 503: the application has ended, and the History Server has not read its event log yet, or not
   * under the name that it has since the end.
   */
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
   * @param isScanned whether the History Server has looked for event logs since the application
   *     ended; it does not matter unless the application has
   */
  public static ApplicationDecision to(
      Route.OfApplication route,
      Optional<ApplicationState> state,
      Knowledge knowledge,
      boolean isScanned) {
    if (route instanceof Route.LiveUi) {
      return toLiveUi(state, knowledge, isScanned);
    }
    if (route instanceof Route.Rest rest) {
      return toRest(rest, state, knowledge, isScanned);
    }
    return toHistoryPage(state, knowledge, isScanned);
  }

  private static ApplicationDecision toLiveUi(
      Optional<ApplicationState> state, Knowledge knowledge, boolean isScanned) {
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
      // The log of a driver that was killed stays incomplete.
      case ENDED -> knowledge == Knowledge.INCOMPLETE && isScanned ? TO_HISTORY : ENDED;
    };
  }

  private static ApplicationDecision toRest(
      Route.Rest rest, Optional<ApplicationState> state, Knowledge knowledge, boolean isScanned) {
    // The History Server's REST API answers for what it knows, without a redirect.
    if (knowledge == Knowledge.COMPLETE || state.isEmpty()) {
      return HISTORY_SERVER;
    }
    if (rest.isEventLog()) {
      return toEventLog(state.get(), knowledge, isScanned);
    }
    return switch (state.get()) {
      case LIVE, GUARDED -> DRIVER;
      case STARTING -> withoutDriver(rest, knowledge, STARTING);
      case WITHOUT_UI -> withoutDriver(rest, knowledge, WITHOUT_UI);
      case ENDED -> {
        boolean isRenamed = knowledge == Knowledge.INCOMPLETE && !isScanned;
        yield isRenamed && !rest.isOfFacts() ? ENDED : withoutDriver(rest, knowledge, ENDED);
      }
    };
  }

  private static ApplicationDecision toEventLog(ApplicationState state, Knowledge knowledge, boolean isScanned) {
    boolean isKnown = knowledge == Knowledge.INCOMPLETE;
    if (state == ApplicationState.ENDED) {
      return isKnown && isScanned ? HISTORY_SERVER : ENDED;
    }
    // A driver has one to download where the History Server has none.
    return !isKnown && state.hasUi() ? DRIVER : HISTORY_SERVER;
  }

  private static ApplicationDecision withoutDriver(Route.Rest rest, Knowledge knowledge, ApplicationDecision otherwise) {
    // The log without an end holds the jobs and stages until then, and the list has its entry.
    if (knowledge == Knowledge.INCOMPLETE) {
      return HISTORY_SERVER;
    }
    return rest.isOfFacts() ? LAST_FACTS : otherwise;
  }

  private static ApplicationDecision toHistoryPage(
      Optional<ApplicationState> state, Knowledge knowledge, boolean isScanned) {
    if (state.isEmpty() || knowledge == Knowledge.COMPLETE) {
      return HISTORY_SERVER;
    }
    if (state.get().hasUi()) {
      return TO_LIVE;
    }
    boolean isRenamed = state.get() == ApplicationState.ENDED && !isScanned;
    if (knowledge == Knowledge.INCOMPLETE && !isRenamed) {
      return HISTORY_SERVER;
    }
    return toLiveUi(state, knowledge, isScanned);
  }
}
