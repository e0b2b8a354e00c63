package io.sparklive.history;

import java.util.Map;
import java.util.Optional;

/**
 * Where a driver says in its event log that it is. A user's program says it.
 *
 * @param host {@code spark.driver.host}
 * @param uiPort {@code spark.ui.port}: what was asked for, where it was set
 * @param namespace {@code spark.kubernetes.namespace}
 */
public record LoggedDriver(String host, Optional<Integer> uiPort, Optional<String> namespace) {
  /** What an application's settings say; empty where they name no host. */
  public static Optional<LoggedDriver> in(Map<String, String> settings) {
    return Optional.ofNullable(settings.get("spark.driver.host"))
        .map(
            host ->
                new LoggedDriver(
                    host,
                    Optional.ofNullable(settings.get("spark.ui.port"))
                        .filter(port -> port.matches("[0-9]{1,5}"))
                        .map(Integer::valueOf),
                    Optional.ofNullable(settings.get("spark.kubernetes.namespace"))));
  }
}
