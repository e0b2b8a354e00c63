// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.SparkVersion;
import java.util.List;

/**
 * A History Server of one version with a driver of another, or of the same.
 *
 * @param historyServer the History Server's version
 * @param driver the driver's version
 */
record VersionPair(SparkVersion historyServer, SparkVersion driver) {

  /**
   * The same version on both sides, and the oldest with the newest. A version in between has the
   * Servlet API and the page templates of one of its neighbours.
   */
  static List<VersionPair> underTest() {
    List<SparkVersion> versions = SparkVersion.underTest();
    List<SparkVersion> ends = SparkVersion.ends();
    return versions.stream()
        .flatMap(server -> versions.stream().map(driver -> new VersionPair(server, driver)))
        .filter(
            pair ->
                pair.historyServer().equals(pair.driver())
                    || (ends.contains(pair.historyServer()) && ends.contains(pair.driver())))
        .toList();
  }

  /** Whether screenshots are taken of this pair. */
  boolean isForScreenshots() {
    return driver.equals(SparkVersion.newest()) && historyServer.equals(driver);
  }

  @Override
  public String toString() {
    return "History Server " + historyServer + ", driver " + driver;
  }
}
