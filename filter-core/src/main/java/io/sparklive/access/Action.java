// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

/** The action of a request to a driver, which determines the permission that it needs. */
public enum Action {
  /** Reads a static file of Spark, which is the same for all users. */
  STATIC_FILE,
  /** Reads another style sheet, script, image or font, such as that of a third-party tab. */
  FILE,
  /** Reads a page or REST data. */
  VIEW,
  /** Reads a thread dump or a heap histogram, for which the driver has to pause. */
  DUMP,
  /** Kills a job or a stage. */
  KILL
}
