// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

/** The state of an application in the lists. */
enum ListedState {
  ABSENT,
  RUNNING,
  COMPLETED
}
