// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitLive;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SlowEndListener;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Event logs that the History Server reads to their end before Spark renames them: it reads the
 * whole log of a running application if {@code spark.history.fs.inProgressOptimization.enabled} is
 * off. The scan that finds the final name removes the complete entry before it reads the log again.
 */
class RenamedLogIT {
  private static final int DRIVERS = 3;

  // A long log takes long to read: the entry is missing for that time.
  private static final int TASKS = 1000;

  // The time between two scans is a second.
  private static final Duration SCANS = Duration.ofSeconds(4);

  @TempDir private Path eventLogs;

  @ParameterizedTest
  @MethodSource(ShortTimeoutHistoryServer.ENDS)
  void listsApplicationWhileItsLogIsRenamed(SparkVersion version) {
    List<Integer> ports = FreePorts.next(DRIVERS);
    HistoryServerProcess.Builder described =
        ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
            .property("spark.history.fs.inProgressOptimization.enabled", "false");
    try (BackgroundStart<HistoryServerProcess> starting = new BackgroundStart<>(described::start);
        Drivers drivers =
            Drivers.start(
                ports.stream()
                    .map(port -> driver(version, port))
                    .toArray(DriverProcess.Builder[]::new));
        HistoryServerProcess server = starting.get();
        ListPoller poller = ListPoller.frequent(server.uri())) {
      drivers.ids().forEach(id -> awaitLive(server, id));
      drivers.all().parallelStream().forEach(d -> d.runJob("A long log", TASKS, Duration.ZERO));
      drivers.ids().forEach(id -> poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED));

      drivers.all().forEach(DriverProcess::stop);

      await().pollDelay(SCANS).until(() -> true);
      poller.assertNoFailures();
    }
  }

  private DriverProcess.Builder driver(SparkVersion version, int port) {
    return DriverProcess.builder(version, "Slow end")
        .uiPort(port)
        .classPath(SlowEndListener.class)
        .property("spark.extraListeners", SlowEndListener.class.getName())
        .property("spark.eventLog.rolling.enabled", "false")
        .eventLogDirectory(eventLogs);
  }
}
