package io.sparklive.access;

/** What a request to a driver is for. */
public enum Action {
  /** A file of Spark's own, the same for everybody. */
  STATIC_FILE,
  /** Another style sheet, script, image or font, such as that of a tab that is not Spark's. */
  FILE,
  /** What the driver shows. */
  VIEW,
  /** What the driver shows of its insides, for which it has to stop for a while. */
  DUMP,
  /** Killing a job or a stage. */
  KILL
}
