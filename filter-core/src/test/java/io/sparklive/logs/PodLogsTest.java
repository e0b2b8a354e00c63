// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.kubernetes.ApiServerClient;
import io.sparklive.kubernetes.ClusterConfig;
import io.sparklive.testkit.cluster.PodLog;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.StandInCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodLogsTest {
  private static final ApplicationId ID = new ApplicationId("spark-1");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofSeconds(6);

  private final StandInCluster cluster = new StandInCluster();
  private final String namespace = cluster.newNamespace();
  private ApiServerClient client;
  private PodLogs logs;
  private JsonObject driver;
  private String pod;

  @BeforeEach
  void open() throws IOException {
    ClusterConfig config =
        ClusterConfig.of(
            new KubernetesSettings(Optional.of(cluster.kubeconfig()), Optional.empty(), List.of()),
            Map.of(),
            Path.of("none"),
            Duration.ofMinutes(1));
    client = new ApiServerClient(config, Duration.ofSeconds(10), Duration.ofSeconds(20));
    logs = new PodLogs(() -> Optional.of(client), QUIET, InstantSource.system());
    driver = cluster.create(namespace, PodManifests.driver(ID.value()));
    pod = PodManifests.name(driver);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private LiveApplication application(String kind, String key) {
    return new LiveApplication(
        ID,
        ApplicationState.STARTING,
        new ApplicationInfo("", Optional.empty(), Instant.now(), "", ""),
        Optional.empty(),
        Optional.of(namespace),
        new SourceRef(kind, key),
        Optional.empty());
  }

  private LiveApplication application() {
    return application("client mode", "notebook");
  }

  private static LogQuery query(String text) {
    return LogQuery.parse(text).orElseThrow();
  }

  private static PodLog quietAfter(String text) {
    return (query, out, connected) -> {
      if (!text.isEmpty()) {
        out.write(text.getBytes(UTF_8));
        out.flush();
      }
      await().atMost(LONG).until(() -> !connected.getAsBoolean());
    };
  }

  @Test
  void endsFollowedLogAfterQuietTime() throws IOException {
    cluster.setLog(namespace, pod, quietAfter("started\n"));

    try (Response log = logs.open(application(), pod, query("follow=true")).orElseThrow()) {
      InputStream text = log.body().byteStream();
      byte[] line = new byte[64];
      assertThat(new String(line, 0, text.read(line), UTF_8)).isEqualTo("started\n");
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(text::read);
    }

    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
  }

  @Test
  void treatsFollowedLogWithoutLinesAsEmpty() throws IOException {
    cluster.setLog(namespace, pod, quietAfter(""));

    assertThat(logs.open(application(), pod, query("follow=true"))).isEmpty();
    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> logs.open(application(), pod, query("tail=1")));
  }

  @Test
  void requiresPodOfSourceOrItsExecutors() throws IOException {
    LiveApplication ofOtherPod = application("pod", namespace + "/" + pod + " another-uid");

    logs.requirePod(application(), pod);
    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> logs.requirePod(ofOtherPod, pod))
        .extracting(ApiFailure::kind)
        .isEqualTo(ApiFailure.Kind.NOT_FOUND);
    assertThat(logs.list(ofOtherPod)).isEmpty();
  }

  @Test
  void requiresLabelOfApplication() throws IOException {
    String other = PodManifests.name(cluster.create(namespace, PodManifests.driver("spark-2")));

    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> logs.requirePod(application(), other))
        .extracting(ApiFailure::kind)
        .isEqualTo(ApiFailure.Kind.NOT_FOUND);
    assertThat(logs.list(application())).extracting(LogPod::name).containsExactly(pod);
  }

  @Test
  void listsAtMost2000PodsInPages() throws IOException {
    for (int i = 1; i <= 2600; i++) {
      cluster.create(namespace, PodManifests.executorOf(driver, i));
    }
    cluster.requests().clear();

    List<LogPod> pods = logs.list(application());

    assertThat(pods).hasSize(2000).extracting(LogPod::name).doesNotHaveDuplicates();
    // Its name is the last one.
    assertThat(pods.get(0).name()).isEqualTo(pod);
    // Pages of 500: no more than the list needs, and the driver.
    assertThat(cluster.requests().all())
        .hasSize(5)
        .allSatisfy(request -> assertThat(request.query()).contains("labelSelector=", "spark-1"));
  }

  @Test
  void requestsNoPodWithInvalidName() {
    cluster.requests().clear();
    for (String name : List.of("x".repeat(254), "a/log", "..", "A", "")) {
      assertThatExceptionOfType(ApiFailure.class)
          .isThrownBy(() -> logs.requirePod(application(), name))
          .extracting(ApiFailure::kind)
          .isEqualTo(ApiFailure.Kind.NOT_FOUND);
    }

    assertThat(cluster.requests().all()).isEmpty();
  }

  @Test
  void reportsOnlyDenialsInHealth() {
    cluster.setLog(namespace, pod, PodLog.none("container is waiting to start"));

    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> logs.open(application(), pod, query("follow=true")))
        .extracting(ApiFailure::kind)
        .isEqualTo(ApiFailure.Kind.REJECTED);
    assertThat(logs.status().error()).isEmpty();
  }

  @Test
  void namesHowContainerEnded() throws IOException {
    cluster.setStatus(
        namespace, pod, PodStatuses.failed(137, Instant.now().minusSeconds(9), Instant.now()));

    LogPod ended = logs.list(application()).get(0);

    assertThat(ended.phase()).isEqualTo("Failed");
    assertThat(ended.containers())
        .filteredOn(any -> any.name().equals(PodManifests.DRIVER_CONTAINER))
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.state()).isEqualTo("terminated");
              assertThat(container.reason()).contains("exit code 137");
            });
  }

  @Test
  void cancelsOpenLogsWhenClientCloses() throws IOException {
    cluster.setLog(namespace, pod, quietAfter("started\n"));
    try (Response log = logs.open(application(), pod, query("follow=true")).orElseThrow()) {
      assertThat(log.body().byteStream().read()).isPositive();

      client.close();

      await().atMost(LONG).until(() -> cluster.openLogs() == 0);
    }
  }
}
