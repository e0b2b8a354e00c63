// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.DriverAddress;
import java.util.List;
import java.util.stream.IntStream;

/** The ports that a driver tries for its UI, as {@code Utils.startServiceOnPort} of Spark does. */
public final class UiPorts {
  // The default of spark.port.maxRetries.
  private static final int RETRIES = 16;
  private static final int FIRST_UNPRIVILEGED = 1024;
  private static final int PORTS = 65536;

  private UiPorts() {}

  /**
   * The addresses of the UI if other programs have the port of this address: at most 16 more ports.
   */
  public static List<DriverAddress> after(DriverAddress address) {
    return IntStream.rangeClosed(1, RETRIES)
        .map(offset -> following(address.port(), offset))
        .mapToObj(port -> new DriverAddress(address.host(), port, address.secure()))
        .toList();
  }

  /** {@code Utils.userPort} of Spark: the first unprivileged port follows the last port. */
  private static int following(int port, int offset) {
    return (port + offset - FIRST_UNPRIVILEGED) % (PORTS - FIRST_UNPRIVILEGED) + FIRST_UNPRIVILEGED;
  }
}
