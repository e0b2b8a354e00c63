package io.sparklive.it.faults;

/** Where the lists have an application. */
enum ListedState {
  ABSENT,
  RUNNING,
  COMPLETED
}
