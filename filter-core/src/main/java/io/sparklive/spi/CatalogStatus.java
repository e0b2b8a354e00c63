// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

/** The status of an application in the History Server's catalog. */
public enum CatalogStatus {
  /** The catalog has no entry for the application, or no longer has one. */
  UNKNOWN,
  /** The History Server has an event log of the application that has no end yet. */
  INCOMPLETE,
  /**
   * The History Server has the whole event log: the application has ended, even if a driver claims
   * its id.
   */
  COMPLETE
}
