// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An application that has ended, and the state of its history.
 *
 * @param application the last value of the application: its end is present
 * @param history the state of its history, as known at its hand-off, or before
 */
public record EndedApplication(LiveApplication application, History history) {
  public EndedApplication {
    requireNonNull(history, "history");
    if (application.ended().isEmpty()) {
      throw new IllegalArgumentException("an application without an end: " + application.id());
    }
  }

  /** An application whose history is not complete. */
  static EndedApplication withoutHistory(LiveApplication application) {
    return new EndedApplication(application, History.ifNotComplete(application));
  }

  ApplicationId id() {
    return application.id();
  }

  Instant ended() {
    return application.ended().orElseThrow();
  }

  /** The state of the history of an application that has ended. */
  public enum History {
    /** The event log is complete, and the History Server has read it. */
    COMPLETE,
    /** The History Server has not read a complete event log: there is none, or not yet. */
    INCOMPLETE,
    /** The driver wrote no event log. */
    NONE;

    /** The state of the history of an application whose history is not complete. */
    public static History ifNotComplete(LiveApplication application) {
      return application.settings().map(DriverSettings::logsEvents).orElse(true)
          ? INCOMPLETE
          : NONE;
    }
  }
}
