package io.sparklive.access;

/** Whether a caller may do what they ask for. */
public enum Verdict {
  /** They may. */
  ALLOWED,
  /** Somebody might, but nobody has said who they are: 401. */
  LOGIN_REQUIRED,
  /** They may not: 403. */
  FORBIDDEN
}
