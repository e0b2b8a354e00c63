// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.List;

/** Something that is measured by itself, with servers of its own that it starts and stops. */
interface Measurement {
  /** By which it is chosen alone: {@code -Dbench.only=proxy,list}. */
  String name();

  /**
   * Measures, in as many rounds as the ground says, subjects taking turns.
   *
   * @throws Exception what keeps it from being measured; the benchmark fails then, and says so
   */
  List<Row> measure(BenchmarkContext ground) throws Exception;
}
