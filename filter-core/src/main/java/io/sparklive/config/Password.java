// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

/**
 * A password. Its string form hides it, so that no log shows it.
 *
 * @param text the password; empty if there is none
 */
record Password(String text) {
  @Override
  public String toString() {
    return "***";
  }
}
