// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.RecordingRelay;

/**
 * An application of one user, and the relay between a History Server and its driver.
 *
 * @param owner the user that runs it
 * @param driver its driver
 * @param relay forwards all requests to the driver
 */
record TeamApplication(String owner, DriverProcess driver, RecordingRelay relay)
    implements AutoCloseable {

  /** For a JVM that spends most of its life with its start. */
  static TeamApplication of(String owner, SparkVersion version) {
    DriverProcess driver = DriverProcess.builder(version, "Work of " + owner).user(owner).start();
    return new TeamApplication(owner, driver, RecordingRelay.to(driver.port()));
  }

  /** The application's id. */
  String id() {
    return driver.applicationId();
  }

  /** A path of its live UI. */
  String ui(String path) {
    return "/sparkui/" + id() + path;
  }

  /** A path of its REST API. */
  String rest(String path) {
    return "/api/v1/applications/" + id() + path;
  }

  @Override
  public void close() {
    relay.close();
    driver.close();
  }
}
