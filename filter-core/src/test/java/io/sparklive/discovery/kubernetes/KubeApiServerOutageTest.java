// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.application.SourceStatus;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.KubeApiServer;
import io.sparklive.testkit.cluster.RealCluster;
import io.sparklive.testkit.cluster.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What discovery makes of a real API server, over HTTP/2, whose process is stopped, killed and
 * started again. {@code -Dkubernetes.test.apiserver} names what starts one.
 */
@Tag("cluster")
class KubeApiServerOutageTest {
  private static final String BEGINS = "Kubernetes watch lost";
  private static final String IS_OVER = "Kubernetes watch restored";

  private KubeApiServer server;
  private TestCluster cluster;
  private String namespace;
  private Pods pods;
  private LoggedLines logged;

  @BeforeEach
  void start() {
    assumeThat(KubeApiServer.scripts())
        .as("needs an API server of its own: -Dkubernetes.test.apiserver=<folder of start, stop>")
        .isPresent();
    server = KubeApiServer.start();
    cluster = server.cluster();
    namespace = cluster.newNamespace();
    pods = new Pods(cluster, namespace);
    logged = new LoggedLines();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      logged.close();
      server.close();
    }
  }

  @Test
  void detectsPausedServerWithin30SecondsAndKeepsApplications() {
    pods.runningDriver("spark-stays");
    try (Discovery discovery = discover()) {
      discovery.await("spark-stays", STARTING);
      discovery.awaitUp();

      server.pause();

      await()
          .atMost(Duration.ofSeconds(32))
          .until(() -> allAre(discovery, SourceStatus.State.DOWN));
      assertThat(discovery.hasState("spark-stays", STARTING)).isTrue();

      server.resume();

      await().atMost(Duration.ofMinutes(1)).until(() -> allAre(discovery, SourceStatus.State.UP));
      assertOneOutage();
      pods.runningDriver("spark-after");
      discovery.await("spark-after", STARTING);
    }
  }

  @Test
  void resumesAfterKilledServerRestarts() {
    pods.runningDriver("spark-stays");
    JsonObject ends = pods.runningDriver("spark-ends");
    try (Discovery discovery = discover()) {
      discovery.await("spark-ends", STARTING);
      discovery.awaitUp();

      server.kill();

      await()
          .atMost(Duration.ofSeconds(32))
          .until(() -> allAre(discovery, SourceStatus.State.DOWN));
      assertThat(discovery.errors()).allMatch(error -> error.contains("connection refused"));
      server.restart();
      pods.delete(ends);

      await().atMost(Duration.ofMinutes(1)).until(() -> discovery.hasState("spark-ends", ENDED));
      await().atMost(Duration.ofMinutes(1)).until(() -> allAre(discovery, SourceStatus.State.UP));
      assertThat(discovery.hasState("spark-stays", STARTING)).isTrue();
      assertThat(logged.with("spark-stays appeared")).hasSize(1);
      assertOneOutage();
    }
  }

  @Test
  void acceptsServerThatRestartsWithNewHistory() {
    pods.runningDriver("spark-before");
    // So that the versions of the new history are far below.
    for (int i = 0; i < 20; i++) {
      pods.delete(pods.runningDriver("spark-passes-" + i));
    }
    try (Discovery discovery = discover()) {
      discovery.await("spark-before", STARTING);
      discovery.awaitUp();

      server.restartWithNewHistory();
      RealCluster anew = server.cluster();
      anew.addNamespace(namespace);
      new Pods(anew, namespace).runningDriver("spark-anew");

      await().atMost(Duration.ofMinutes(1)).until(() -> discovery.hasState("spark-before", ENDED));
      discovery.await("spark-anew", STARTING);
      await().atMost(Duration.ofMinutes(1)).until(() -> allAre(discovery, SourceStatus.State.UP));
    }
  }

  private Discovery discover() {
    return Discovery.withClientMode(
        KubernetesTimings.DEFAULT, Discovery.noHosts(), server.kubeconfig(), namespace);
  }

  private static boolean allAre(Discovery discovery, SourceStatus.State state) {
    return discovery.statuses().stream().allMatch(status -> status.state() == state);
  }

  private void assertOneOutage() {
    assertThat(logged.with(BEGINS)).hasSize(1).first().asString().contains("WARN");
    assertThat(logged.with(IS_OVER)).hasSize(1);
  }
}
