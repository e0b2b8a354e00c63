// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications without an event log, or whose log is lost: the hand-off times out. */
@Tag("war")
class HandoffIT {
  @TempDir private Path eventLogs;
  @TempDir private Path elsewhere;

  @ParameterizedTest
  @MethodSource(ShortTimeoutHistoryServer.ENDS)
  void removesApplicationWithoutEventLogAfterTimeout(SparkVersion version) {
    List<Integer> ports = FreePorts.next(2);
    try (FaultInjectingRelay toUnlogged = FaultInjectingRelay.to(ports.get(0));
        FaultInjectingRelay toLost = FaultInjectingRelay.to(ports.get(1));
        BackgroundStart<HistoryServerProcess> starting =
            new BackgroundStart<>(
                ShortTimeoutHistoryServer.historyServer(
                            version, eventLogs, toUnlogged.address() + "," + toLost.address())
                        .property(parameter("handoffTimeout"), "5s")
                    ::start);
        Drivers drivers =
            Drivers.start(
                DriverProcess.builder(version, "Without log").uiPort(ports.get(0)),
                DriverProcess.builder(version, "Log lost")
                    .uiPort(ports.get(1))
                    .eventLogDirectory(elsewhere));
        ListPoller poller = new ListPoller(starting.get().uri())) {
      HistoryServerProcess server = starting.get();
      String unlogged = drivers.ids().get(0);
      String lost = drivers.ids().get(1);
      for (String id : drivers.ids()) {
        awaitState(server, id, ListedState.RUNNING);
        poller.expect(id, ListedState.RUNNING);
      }
      awaitSettings(toUnlogged, unlogged);
      awaitSettings(toLost, lost);

      drivers.ids().forEach(id -> poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED));
      drivers.all().parallelStream().forEach(DriverProcess::stop);
      toUnlogged.refuseConnections();
      toLost.refuseConnections();

      drivers.ids().forEach(id -> awaitState(server, id, ListedState.COMPLETED));
      assertStatusPage(server, unlogged, 503, "wrote no event log");
      assertStatusPage(server, lost, 503, "event log is not available yet");

      drivers.ids().forEach(id -> poller.expect(id, ListedState.COMPLETED, ListedState.ABSENT));
      drivers.ids().forEach(id -> awaitState(server, id, ListedState.ABSENT));
      drivers.ids().forEach(id -> poller.expect(id, ListedState.ABSENT));
      assertStatusPage(server, unlogged, 404, "wrote no event log");
      assertStatusPage(server, lost, 404, "has no event log of it");
      poller.assertNoFailures();
    }
  }

  private static void awaitSettings(FaultInjectingRelay relay, String id) {
    await().until(() -> relay.completeResponses("/api/v1/applications/" + id + "/environment") > 0);
  }

  private static void assertStatusPage(
      HistoryServerProcess server, String id, int status, String what) {
    HttpResponse<String> page = server.get("/sparkui/" + id + "/jobs/");
    assertThat(page.statusCode()).isEqualTo(status);
    assertThat(page.body()).contains(id, "ended", what);
  }
}
