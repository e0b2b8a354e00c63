// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

/** Where the lists have an application. */
enum ListedState {
  ABSENT,
  RUNNING,
  COMPLETED
}
