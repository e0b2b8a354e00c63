// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.util.Locale;

/** How an application fares, the worst first. {@link Diagnosis} decides it. */
public enum Verdict {
  /** Jobs, stages or many tasks fail. */
  FAILING,
  /** The driver does not respond. */
  NO_RESPONSE,
  /** Tasks run, and none finishes. */
  STUCK,
  /** A job runs, and none of its tasks. */
  WAITING,
  /** The last tasks of a job take long. */
  STRAGGLING,
  /** No job has run for a while. */
  IDLE,
  /** All tasks are done, and the query or job still runs, for example to commit its output. */
  FINISHING,
  /** None of the others. */
  RUNNING,
  /** The pod of the driver does not run yet. */
  PENDING,
  /** The driver runs, but its UI does not respond yet. */
  STARTING,
  /** The driver has ended. */
  ENDED;

  /** Whether the cause has a time of the wall clock: it is no report of the driver. */
  public boolean hasWallClockTime() {
    return this == PENDING || this == ENDED;
  }

  /** The name in JSON, metrics and pages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
