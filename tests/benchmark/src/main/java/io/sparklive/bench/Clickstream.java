// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;

/** A running application that has some jobs behind it, and does nothing now. */
final class Clickstream {
  private static final int JOBS = 30;

  /** What its page of jobs says, and no other page. */
  static final String LAST_JOB = "Sessions of batch " + JOBS;

  private Clickstream() {}

  static DriverProcess start(SparkVersion version) {
    DriverProcess driver = DriverProcess.builder(version, "Clickstream").start();
    for (int job = 1; job <= JOBS; job++) {
      driver.runJob("Sessions of batch " + job, 4, Duration.ofMillis(1));
    }
    return driver;
  }
}
