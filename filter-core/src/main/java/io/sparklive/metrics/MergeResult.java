// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

/** Result of merging running applications into a response of the History Server's list. */
public enum MergeResult {
  /** At least one application was added. */
  MERGED,
  /** There was no application to add. */
  UNCHANGED,
  /** The applications to add could not be determined: the response was sent unchanged. */
  FAILED
}
