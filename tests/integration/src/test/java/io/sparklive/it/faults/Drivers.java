// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import java.util.Arrays;
import java.util.List;

/**
 * Several drivers.
 *
 * @param all in the order of their descriptions
 */
record Drivers(List<DriverProcess> all) implements AutoCloseable {

  /** Starts them in parallel. */
  static Drivers start(DriverProcess.Builder... described) {
    List<BackgroundStart<DriverProcess>> starting =
        Arrays.stream(described).map(one -> new BackgroundStart<>(one::start)).toList();
    return new Drivers(starting.stream().map(BackgroundStart::get).toList());
  }

  DriverProcess get(int index) {
    return all.get(index);
  }

  /** Their applications' ids. */
  List<String> ids() {
    return all.stream().map(DriverProcess::applicationId).toList();
  }

  @Override
  public void close() {
    all.forEach(DriverProcess::close);
  }
}
