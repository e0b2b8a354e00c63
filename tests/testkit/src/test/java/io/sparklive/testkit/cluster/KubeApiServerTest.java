// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static io.sparklive.testkit.cluster.PodManifests.uid;
import static io.sparklive.testkit.cluster.RawApi.WHOLE;
import static io.sparklive.testkit.cluster.RawApi.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.cluster.WatchReader.State;
import java.net.ConnectException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The faults of a real API server, if one is available. */
@Tag("cluster")
@Tag("kit")
@EnabledIf("isAtHand")
class KubeApiServerTest {
  @Test
  void pausesResumesRestartsAndLosesHistory() throws Exception {
    try (KubeApiServer server = KubeApiServer.start();
        RealCluster cluster = server.cluster()) {
      String namespace = cluster.newNamespace();
      JsonObject pod = cluster.create(namespace, PodManifests.driver("spark-1"));
      RawApi api = new RawApi(server.kubeconfig());
      try (WatchReader watch = api.watch(pods(namespace) + "?watch=true", WHOLE)) {
        await().untilAsserted(() -> assertThat(watch.types()).containsExactly("ADDED"));
        server.pause();
        server.resume();
        cluster.setStatus(namespace, PodManifests.name(pod), PodStatuses.pending());
        server.kill();
        await().untilAsserted(() -> assertThat(watch.state()).isNotEqualTo(State.OPEN));
      }
      assertThatThrownBy(() -> api.get(pods(namespace))).isInstanceOf(ConnectException.class);
      server.restart();
      assertThat(api.get(pods(namespace)).items()).extracting(PodManifests::uid).contains(uid(pod));
      server.restartWithNewHistory();
      assertThat(api.get(pods(namespace)).items()).isEmpty();
      cluster.addNamespace(namespace);
      cluster.create(namespace, PodManifests.driver("spark-1"));
    }
  }

  @Test
  void deletesFilesOfClusterThatIsStillOpen() {
    Path file;
    try (KubeApiServer server = KubeApiServer.start()) {
      RealCluster cluster = server.cluster();
      file = cluster.kubeconfigOf(cluster.newNamespace(), "history");
      assertThat(file).exists();
    }
    assertThat(file).doesNotExist();
  }

  static boolean isAtHand() {
    return KubeApiServer.scripts().isPresent();
  }
}
