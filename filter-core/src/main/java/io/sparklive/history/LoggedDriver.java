package io.sparklive.history;

import java.util.Optional;

/**
 * Where a driver says in its event log that it is. A user's program says it.
 *
 * @param host {@code spark.driver.host}
 * @param uiPort {@code spark.ui.port}: what was asked for, where it was set
 * @param namespace {@code spark.kubernetes.namespace}
 */
public record LoggedDriver(String host, Optional<Integer> uiPort, Optional<String> namespace) {}
