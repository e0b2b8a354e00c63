// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** An address that changes from one application to another at once. */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
class AddressReuseIT {
  @TempDir private Path eventLogs;

  /** No test harms these drivers. */
  private static Drivers drivers;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void startDrivers(SparkVersion version) {
    drivers =
        Drivers.start(
            DriverProcess.builder(version, "The elder"),
            DriverProcess.builder(version, "The younger"));
  }

  @AfterParameterizedClassInvocation
  static void stopDrivers() {
    drivers.close();
  }

  @Test
  void neverShowsNewApplicationUnderOldId() {
    try (FaultInjectingRelay relay = FaultInjectingRelay.to(drivers.get(0).port());
        HistoryServerProcess server =
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, relay.address())
                // A filter that relied on the last poll would show the wrong application for that
                // long.
                .property(parameter("driversRefresh"), "3s")
                .start();
        ListPoller poller = new ListPoller(server.uri())) {
      String elder = drivers.ids().get(0);
      String younger = drivers.ids().get(1);
      awaitState(server, elder, ListedState.RUNNING);
      poller.expect(elder, ListedState.RUNNING);
      poller.expect(younger, ListedState.ABSENT);
      try (LoadGenerator load = new LoadGenerator(server.uri(), elder, "The younger")) {
        await().until(() -> load.shown() > 10);
        poller.expect(elder, ListedState.RUNNING, ListedState.COMPLETED);
        poller.expect(younger, ListedState.ABSENT, ListedState.RUNNING);

        relay.redirectTo(drivers.get(1).port());

        awaitState(server, younger, ListedState.RUNNING);
        awaitState(server, elder, ListedState.COMPLETED);
        poller.expect(younger, ListedState.RUNNING);
        poller.expect(elder, ListedState.COMPLETED);
        load.assertOnlyOwnResponses();
      }
      assertThat(server.get("/sparkui/" + younger + "/jobs/").body()).contains("The younger");

      // And back again: the old id, at the old address.
      try (LoadGenerator load = new LoadGenerator(server.uri(), younger, "The elder")) {
        await().until(() -> load.shown() > 10);
        poller.expect(elder, ListedState.RUNNING, ListedState.COMPLETED);
        poller.expect(younger, ListedState.RUNNING, ListedState.COMPLETED);
        relay.redirectTo(drivers.get(0).port());
        awaitState(server, elder, ListedState.RUNNING);
        load.assertOnlyOwnResponses();
      }
      poller.assertNoFailures();
    }
  }

  @Test
  void keepsApplicationsApartIfPodReusesAddress() {
    try (TestCluster cluster = TestCluster.open();
        FaultInjectingRelay relay = FaultInjectingRelay.to(drivers.get(0).port())) {
      String elder = drivers.ids().get(0);
      String younger = drivers.ids().get(1);
      String namespace = cluster.newNamespace();
      try (HistoryServerProcess server =
              ShortTimeoutHistoryServer.historyServer(version, eventLogs)
                  .property(parameter("discovery"), "kubernetes")
                  .property(parameter("kubeconfig"), cluster.kubeconfig().toString())
                  .property(parameter("jobNamespaces"), namespace)
                  .start();
          ListPoller poller = new ListPoller(server.uri())) {
        String elderPod = createPod(cluster, namespace, elder, relay.port());
        awaitState(server, elder, ListedState.RUNNING);
        poller.expect(elder, ListedState.RUNNING);
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get("/sparkui/" + elder + "/jobs/").statusCode())
                        .isEqualTo(200));
        try (LoadGenerator load = new LoadGenerator(server.uri(), elder, "The younger")) {
          await().until(() -> load.shown() > 10);

          // The kubelet has not reported yet that the first pod has ended.
          relay.redirectTo(drivers.get(1).port());
          createPod(cluster, namespace, younger, relay.port());
          awaitState(server, younger, ListedState.RUNNING);
          poller.expect(younger, ListedState.RUNNING);
          await()
              .untilAsserted(
                  () ->
                      assertThat(server.get("/sparkui/" + younger + "/jobs/").body())
                          .contains("The younger"));
          int before = load.responses();
          await().until(() -> load.responses() > before + 50);
          assertThat(poller.currentState(elder)).isEqualTo(ListedState.RUNNING);

          poller.expect(elder, ListedState.RUNNING, ListedState.COMPLETED);
          cluster.setStatus(
              namespace,
              elderPod,
              PodStatuses.succeeded(Instant.now().minusSeconds(60), Instant.now()));
          awaitState(server, elder, ListedState.COMPLETED);
          poller.expect(elder, ListedState.COMPLETED);
          load.assertOnlyOwnResponses();
        }
        poller.assertNoFailures();
      }
    }
  }

  private static String createPod(TestCluster cluster, String namespace, String id, int port) {
    JsonObject pod = PodManifests.driver(id);
    JsonObject container =
        pod.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
    StreamSupport.stream(container.getAsJsonArray("ports").spliterator(), false)
        .map(entry -> entry.getAsJsonObject())
        .filter(entry -> entry.get("name").getAsString().equals("spark-ui"))
        .forEach(entry -> entry.addProperty("containerPort", port));
    String name = PodManifests.name(cluster.create(namespace, pod));
    cluster.setStatus(namespace, name, PodStatuses.running("127.0.0.1", Instant.now()));
    return name;
  }
}
