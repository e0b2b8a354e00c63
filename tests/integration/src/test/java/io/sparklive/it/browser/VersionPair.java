package io.sparklive.it.browser;

import io.sparklive.testkit.SparkVersion;
import java.util.List;

/**
 * A History Server of one version that shows a driver of another, or the same.
 *
 * @param historyServer the History Server's version
 * @param driver the driver's
 */
record VersionPair(SparkVersion historyServer, SparkVersion driver) {

  /** The same version on both sides; every pair if {@code CI} is set. */
  static List<VersionPair> underTest() {
    List<SparkVersion> versions = SparkVersion.underTest();
    boolean every = System.getenv("CI") != null;
    return versions.stream()
        .flatMap(server -> versions.stream().map(driver -> new VersionPair(server, driver)))
        .filter(pair -> every || pair.historyServer().equals(pair.driver()))
        .toList();
  }

  /** Whether this is the one to take pictures of. */
  boolean isForPictures() {
    return driver.equals(SparkVersion.newest()) && historyServer.equals(driver);
  }

  @Override
  public String toString() {
    return "History Server " + historyServer + ", driver " + driver;
  }
}
