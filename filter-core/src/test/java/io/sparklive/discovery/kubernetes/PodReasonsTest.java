// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.TestCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Why drivers wait and how they ended, on the cluster that the tests use. The statuses are those of
 * {@link WaitingPodTest} and {@link EndedPodTest}, as Kubernetes 1.34 writes them.
 */
@Tag("cluster")
class PodReasonsTest {
  private static final String IMAGE = "registry.example/spark:4.2";

  private static final String INIT_CONTAINERS =
      "[{'name': 'unpack', 'image': 'a'}, {'name': 'fetch', 'image': 'a'}]";

  private final List<String> pods = new ArrayList<>();
  private TestCluster cluster;
  private String namespace;
  private Discovery discovery;

  @BeforeEach
  void start() {
    cluster = TestCluster.open();
    namespace = cluster.newNamespace();
    discovery = Discovery.ofDriverPods(cluster.kubeconfig(), namespace);
  }

  @AfterEach
  void stop() {
    discovery.close();
    cluster.close();
  }

  @Test
  void showsWhyDriversWait() {
    Map<String, PendingReason> reasons = new LinkedHashMap<>();
    WaitingPodTest.statuses()
        .map(Arguments::get)
        // An API server accepts no such exit code.
        .filter(row -> !row[0].toString().contains("'exitCode': 'none'"))
        .forEach(
            row ->
                reasons.put(
                    createDriver(row[0].toString()),
                    new PendingReason((PendingReason.Kind) row[1], row[2].toString())));

    assertThat(reasons).hasSizeGreaterThan(15);
    soon()
        .untilAsserted(
            () ->
                assertThat(reasons)
                    .allSatisfy(
                        (id, reason) ->
                            assertThat(discovery.find(id).flatMap(LiveApplication::pending))
                                .contains(reason)));
  }

  @Test
  void showsHowDriversEnded() {
    Map<String, DriverEnd> ends = new LinkedHashMap<>();
    Stream.concat(EndedPodTest.endsOfContainers(), EndedPodTest.endsOfPods())
        .map(Arguments::get)
        // KubernetesDriversTest deletes pods.
        .filter(row -> row[0].toString().isEmpty())
        .forEach(row -> ends.put(createDriver(row[1].toString()), (DriverEnd) row[2]));

    assertThat(ends).hasSizeGreaterThan(20);
    soon()
        .untilAsserted(
            () ->
                assertThat(ends)
                    .allSatisfy(
                        (id, end) ->
                            assertThat(end(id))
                                .hasValueSatisfying(shown -> assertIsEnd(shown, end))));
  }

  /** If a driver never ran, and its end does not tell why, the text has its last reason too. */
  private static void assertIsEnd(DriverEnd shown, DriverEnd end) {
    assertThat(shown.text()).startsWith(end.text());
    assertThat(new DriverEnd(shown.ran(), shown.exitCode(), shown.reason(), end.text()))
        .isEqualTo(end);
  }

  /** A driver that never ran is in no list. */
  private Optional<DriverEnd> end(String id) {
    return discovery
        .find(id)
        .or(() -> discovery.registry().findRecentlyRemoved(new ApplicationId(id)))
        .flatMap(LiveApplication::end);
  }

  /** Creates the pod of a driver, waits until the driver is pending, and sets the status. */
  private String createDriver(String status) {
    String id = "spark-" + pods.size();
    pods.add(id);
    JsonObject pod = PodManifests.name(PodManifests.driver(id), id);
    JsonObject spec = pod.getAsJsonObject("spec");
    JsonArray containers = spec.getAsJsonArray("containers");
    containers.get(0).getAsJsonObject().addProperty("image", IMAGE);
    if (status.contains("initContainerStatuses")) {
      spec.add("initContainers", JsonParser.parseString(INIT_CONTAINERS));
    }
    cluster.create(namespace, pod);
    discovery.await(id, ApplicationState.PENDING);
    cluster.setStatus(namespace, id, JsonParser.parseString(status).getAsJsonObject());
    return id;
  }
}
