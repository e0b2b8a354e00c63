// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import java.util.Map;
import java.util.Optional;

/**
 * The address of a driver according to its event log. A user's program has written the log, so the
 * address is not trusted.
 *
 * @param host {@code spark.driver.host}
 * @param uiPort {@code spark.ui.port}: the configured port, if one is configured
 * @param namespace {@code spark.kubernetes.namespace}
 */
public record EventLogEndpoint(String host, Optional<Integer> uiPort, Optional<String> namespace) {
  /** Reads the address from an application's settings; empty if they name no host. */
  public static Optional<EventLogEndpoint> in(Map<String, String> settings) {
    return Optional.ofNullable(settings.get("spark.driver.host"))
        .map(
            host ->
                new EventLogEndpoint(
                    host,
                    Optional.ofNullable(settings.get("spark.ui.port"))
                        .filter(port -> port.matches("[0-9]{1,5}"))
                        .map(Integer::valueOf),
                    Optional.ofNullable(settings.get("spark.kubernetes.namespace"))));
  }
}
