// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitLive;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A History Server that is killed and started again, with running and with ended drivers. */
@Tag("war")
class HistoryServerRestartIT {
  @TempDir private Path eventLogs;

  @ParameterizedTest
  @MethodSource(ShortTimeoutHistoryServer.ENDS)
  void restoresApplicationsAfterRestart(SparkVersion version) {
    List<Integer> ports = FreePorts.next(4);
    int serverPort = ports.get(3);
    HistoryServerProcess.Builder described =
        ShortTimeoutHistoryServer.historyServer(
                version, eventLogs, FreePorts.addresses(ports.subList(0, 3)))
            .port(serverPort);
    try (BackgroundStart<HistoryServerProcess> first = new BackgroundStart<>(described::start);
        Drivers drivers =
            Drivers.start(
                DriverProcess.builder(version, "Without log").uiPort(ports.get(0)),
                logging(version, "With log", ports.get(1)),
                logging(version, "Done before", ports.get(2)));
        Restartable server = new Restartable(described, first.get());
        ListPoller poller = new ListPoller(server.now().uri())) {
      String withoutLog = drivers.ids().get(0);
      String withLog = drivers.ids().get(1);
      String done = drivers.ids().get(2);
      drivers.ids().forEach(id -> awaitLive(server.now(), id));
      drivers.ids().forEach(id -> poller.expect(id, ListedState.RUNNING));

      poller.expect(done, ListedState.RUNNING, ListedState.COMPLETED);
      drivers.get(2).stop();
      awaitState(server.now(), done, ListedState.COMPLETED);
      poller.expect(done, ListedState.COMPLETED);

      poller.exempt(
          () -> {
            server.killAndStart();
            for (String id : List.of(withoutLog, withLog)) {
              awaitLive(server.now(), id);
            }
            awaitState(server.now(), done, ListedState.COMPLETED);
          });

      poller.expect(withLog, ListedState.RUNNING, ListedState.COMPLETED);
      drivers.get(1).stop();
      awaitState(server.now(), withLog, ListedState.COMPLETED);
      poller.expect(withLog, ListedState.COMPLETED);
      await()
          .untilAsserted(
              () ->
                  assertThat(server.now().get("/history/" + withLog + "/jobs/").statusCode())
                      .isEqualTo(200));
      poller.assertNoFailures();
    }
  }

  private DriverProcess.Builder logging(SparkVersion version, String name, int port) {
    return DriverProcess.builder(version, name).uiPort(port).eventLogDirectory(eventLogs);
  }

  /** A History Server on one port, in successive processes. */
  private static final class Restartable implements AutoCloseable {
    private final HistoryServerProcess.Builder described;
    private final AtomicReference<HistoryServerProcess> now = new AtomicReference<>();

    Restartable(HistoryServerProcess.Builder described, HistoryServerProcess first) {
      this.described = described;
      now.set(first);
    }

    HistoryServerProcess now() {
      return now.get();
    }

    void killAndStart() {
      ProcessHandle process = ProcessHandle.of(now().pid()).orElseThrow();
      process.destroyForcibly();
      process.onExit().join();
      now().close();
      now.set(described.start());
    }

    @Override
    public void close() {
      now().close();
    }
  }
}
