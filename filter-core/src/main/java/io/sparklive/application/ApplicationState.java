// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

/** Whether the driver of an application runs and its UI responds, as discovery found it last. */
public enum ApplicationState {
  /** The pod of the driver exists, and the driver does not run yet, or not again. */
  PENDING,
  /** The driver runs, but its UI does not respond yet. */
  STARTING,
  /**
   * The driver runs, and no program listens on the port of its UI, for example because the UI is
   * disabled.
   */
  NO_UI,
  /** The driver's UI responds, but requires a login of its own. */
  AUTH_REQUIRED,
  /** The driver's UI responds. */
  LIVE,
  /** The driver has ended; the History Server may not have read the event log yet. */
  ENDED;

  /** Whether the application has a live UI. */
  public boolean hasUi() {
    return this == LIVE || this == AUTH_REQUIRED;
  }

  /** Whether the driver runs: it has started, and has not ended. */
  public boolean isRunning() {
    return this != PENDING && this != ENDED;
  }

  /** Whether the driver has ended. */
  public boolean isEnded() {
    return this == ENDED;
  }
}
