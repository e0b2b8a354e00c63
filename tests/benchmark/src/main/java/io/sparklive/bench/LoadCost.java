// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A load, and its cost for the servers.
 *
 * @param load the result of wrk
 * @param micros the CPU time of the servers, in microseconds
 */
record LoadCost(LoadResult load, double micros) {

  /** Measures the load of a page on these processes. */
  static LoadCost of(List<Long> processes, Wrk wrk, PageRequest page)
      throws IOException, InterruptedException {
    Duration before = cpu(processes);
    LoadResult load = wrk.load(page);
    return new LoadCost(load, cpu(processes).minus(before).toNanos() / 1e3);
  }

  /** The CPU time of these processes so far. */
  static Duration cpu(List<Long> processes) {
    return processes.stream().map(LoadCost::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(long process) {
    return ProcessHandle.of(process)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The CPU time of process " + process + " is not available"));
  }

  double perRequest() {
    return micros / load.requests();
  }
}
