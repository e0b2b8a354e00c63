package io.sparklive.spi;

/** Whether the History Server lets somebody in. */
public enum LoginStatus {
  /** It does, or did when it could be asked last. */
  GRANTED,
  /** It does not: it has an answer of its own for them, such as a way to log in. */
  REFUSED,
  /** It cannot be asked, and has not let them in lately. */
  UNKNOWN
}
