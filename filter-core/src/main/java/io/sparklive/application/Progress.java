// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The progress of an application that its driver has reported.
 *
 * @param asOf when the driver reported it
 * @param executors the executors; empty if the driver did not report them
 * @param jobs the progress of the jobs; empty before the first job
 */
public record Progress(Instant asOf, Optional<Executors> executors, Optional<JobProgress> jobs) {
  public Progress {
    requireNonNull(asOf, "asOf");
  }

  /**
   * The executors of the application; in local mode the driver is one of them.
   *
   * @param count the number of executors
   * @param cores the number of their cores
   * @param tasks the number of tasks that they have started: if it has changed, jobs have run since
   */
  public record Executors(int count, int cores, long tasks) {}
}
