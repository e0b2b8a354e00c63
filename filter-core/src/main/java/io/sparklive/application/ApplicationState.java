package io.sparklive.application;

/** Where an application stands, as far as its driver shows. */
public enum ApplicationState {
  /** Its driver runs, but the driver's UI does not answer yet. */
  STARTING,
  /** Its driver runs, and nothing listens where its UI would be: it may have been told so. */
  NO_UI,
  /** Its driver's UI answers, but only to people that the driver itself lets in. */
  AUTH_REQUIRED,
  /** Its driver's UI answers. */
  LIVE,
  /** Its driver is gone; the History Server may not have read its event log yet. */
  ENDED;

  /** Whether there is a live UI to lead to. */
  public boolean hasUi() {
    return this == LIVE || this == AUTH_REQUIRED;
  }

  /** Whether the driver is still there. */
  public boolean isRunning() {
    return this != ENDED;
  }
}
