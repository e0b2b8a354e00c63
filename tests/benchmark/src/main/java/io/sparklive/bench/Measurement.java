// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.List;

/** A measurement with servers of its own, which it starts and stops. */
interface Measurement {
  /** Its name in {@code -Dbench.only=proxy,list}. */
  String name();

  /**
   * Measures all subjects in turn, in as many rounds as the context demands.
   *
   * @throws Exception if it cannot be measured; the benchmark then fails with a message
   */
  List<Row> measure(BenchmarkContext context) throws Exception;
}
