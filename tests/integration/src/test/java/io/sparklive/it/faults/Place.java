package io.sparklive.it.faults;

/** Where the lists have an application. */
enum Place {
  ABSENT,
  RUNNING,
  COMPLETED
}
