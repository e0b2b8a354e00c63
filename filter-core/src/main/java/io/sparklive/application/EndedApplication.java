// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

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

  /** An application without a complete history. */
  static EndedApplication withoutHistory(LiveApplication application) {
    return new EndedApplication(application, History.ifNotComplete(application));
  }

  /** The id of the application. */
  public ApplicationId id() {
    return application.id();
  }

  /** The same, with a later report of the end of the driver. */
  EndedApplication withEnd(DriverEnd end) {
    return new EndedApplication(application.withEnd(end), history);
  }

  Instant ended() {
    return application.ended().orElseThrow();
  }

  /**
   * Whether the application succeeded. If the status of its pod shows that the driver failed, the
   * application failed. Otherwise its last job decides, as far as the driver has reported it; if it
   * has not, the exit code 0 counts as a success.
   */
  public Result result() {
    if (application.end().filter(DriverEnd::isFailure).isPresent()) {
      return Result.FAILED;
    }
    Result last = resultOfLastJob();
    boolean isSuccess = application.end().filter(DriverEnd::isSuccess).isPresent();
    return last == Result.UNKNOWN && isSuccess ? Result.SUCCEEDED : last;
  }

  private Result resultOfLastJob() {
    Optional<Progress> last = application.progress().filter(progress -> !progress.isWorking());
    return last.flatMap(Progress::lastEnded)
        .map(
            job ->
                switch (job.status()) {
                  case SUCCEEDED -> Result.SUCCEEDED;
                  case FAILED -> Result.FAILED;
                  case RUNNING, UNKNOWN -> Result.UNKNOWN;
                })
        .orElse(Result.UNKNOWN);
  }

  /** The reason of the failure of its last job. */
  public Optional<String> failure() {
    return application
        .progress()
        .filter(progress -> result() == Result.FAILED)
        .flatMap(Progress::failure)
        .map(Progress.Failure::reason);
  }

  /** How an application ended. */
  public enum Result {
    /** Its driver ended with the exit code 0, or its last job succeeded. */
    SUCCEEDED,
    /** Its driver or its last job failed. */
    FAILED,
    /** The exit code is unknown, and so is the end of the last job. */
    UNKNOWN;

    /** The name in JSON and metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The state of the history of an application that has ended. */
  public enum History {
    /** The event log is complete, and the History Server has read it. */
    COMPLETE,
    /** The History Server has not read a complete event log: there is none, or not yet. */
    INCOMPLETE,
    /** The driver wrote no event log. */
    NONE;

    /** The state of the history of an application without a complete history. */
    public static History ifNotComplete(LiveApplication application) {
      return application.settings().map(DriverSettings::logsEvents).orElse(true)
          ? INCOMPLETE
          : NONE;
    }
  }
}
