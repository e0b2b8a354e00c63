// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A load, and what it took to serve it.
 *
 * @param load as wrk has seen it
 * @param micros for how many microseconds processors worked in the servers meanwhile
 */
record LoadCost(LoadResult load, double micros) {

  /** Has these processes serve a page. */
  static LoadCost of(List<Long> processes, Wrk wrk, PageRequest page)
      throws IOException, InterruptedException {
    Duration before = cpu(processes);
    LoadResult load = wrk.load(page);
    return new LoadCost(load, cpu(processes).minus(before).toNanos() / 1e3);
  }

  /** The time that processors have worked in these processes so far. */
  static Duration cpu(List<Long> processes) {
    return processes.stream().map(LoadCost::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(long process) {
    return ProcessHandle.of(process)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow(
            () ->
                new IllegalStateException("Nobody tells how long process " + process + " worked"));
  }

  double perRequest() {
    return micros / load.requests();
  }
}
