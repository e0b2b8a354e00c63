// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

/** A permission of a user for an application, as Spark distinguishes them. */
public enum Permission {
  /** View its UI and its REST data. */
  VIEW,
  /** Kill its jobs and stages. It does not imply {@link #VIEW}. */
  MODIFY,
  /** All of that, also on behalf of other users. */
  ADMINISTER
}
