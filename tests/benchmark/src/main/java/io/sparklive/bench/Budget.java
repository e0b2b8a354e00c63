// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

/**
 * The limit of a figure.
 *
 * @param most whether {@code limit} is the largest allowed value, else the smallest
 */
record Budget(boolean most, double limit) {
  static Budget atMost(double limit) {
    return new Budget(true, limit);
  }

  static Budget atLeast(double limit) {
    return new Budget(false, limit);
  }

  boolean isKeptBy(double figure) {
    return most ? figure <= limit : figure >= limit;
  }

  @Override
  public String toString() {
    return (most ? "≤ " : "≥ ") + Statistics.plain(limit);
  }
}
