// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;

/** A running application with some completed jobs, and no activity. */
final class Clickstream {
  private static final int JOBS = 30;

  /** A text of its page of jobs, and of no other page. */
  static final String LAST_JOB = "Sessions of batch " + JOBS;

  private Clickstream() {}

  static DriverProcess start(SparkVersion version) {
    DriverProcess driver = DriverProcess.builder(version, "Clickstream").asInProduction().start();
    for (int job = 1; job <= JOBS; job++) {
      driver.runJob("Sessions of batch " + job, 4, Duration.ofMillis(1));
    }
    return driver;
  }
}
