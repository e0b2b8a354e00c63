// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

/** The settings of the build for the tests, as system properties. */
final class BuildSetting {

  private BuildSetting() {}

  /**
   * The value of that system property.
   *
   * @throws IllegalStateException if it is not set
   */
  static String of(String property) {
    String value = System.getProperty(property, "");
    if (value.isBlank()) {
      throw new IllegalStateException(
          "The system property " + property + " is not set; the module's pom.xml shows how");
    }
    return value;
  }
}
