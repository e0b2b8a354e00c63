package io.sparklive.history;

/** What the History Server's catalog says of an id. */
public enum CatalogStatus {
  /** It has never heard of it, or has removed it. */
  UNKNOWN,
  /** It has an event log of it without an end. */
  INCOMPLETE,
  /** It has the whole event log: the application has ended, whoever says otherwise. */
  COMPLETE
}
