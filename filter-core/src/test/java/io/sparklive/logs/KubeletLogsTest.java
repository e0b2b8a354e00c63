// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import io.sparklive.testkit.cluster.Kubelet;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.RealCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Logs through a real API server, which the system property {@code kubernetes.test.kubeconfig}
 * names. It requests them from the kubelet of the node.
 */
@Tag("cluster")
class KubeletLogsTest {
  private static final ApplicationId ID = new ApplicationId("spark-1");
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final String CONTAINER = "?container=" + PodManifests.DRIVER_CONTAINER;

  private final List<ApiServerClient> clients = new ArrayList<>();
  private RealCluster cluster;
  private Kubelet kubelet;
  private String namespace;
  private String pod;
  private LiveApplication application;
  private PodLogs logs;

  @BeforeEach
  void open() throws IOException {
    String kubeconfig = System.getProperty("kubernetes.test.kubeconfig", "");
    assumeTrue(!kubeconfig.isBlank(), "needs a real API server: -Dkubernetes.test.kubeconfig");
    cluster = new RealCluster(Path.of(kubeconfig));
    kubelet = cluster.addNode();
    namespace = cluster.newNamespace();
    JsonObject manifest = PodManifests.driver(ID.value());
    manifest.getAsJsonObject("spec").addProperty("nodeName", kubelet.node());
    JsonObject created = cluster.create(namespace, manifest);
    pod = PodManifests.name(created);
    application =
        new LiveApplication(
            ID,
            ApplicationState.STARTING,
            new ApplicationInfo("", Optional.empty(), Instant.now(), "", ""),
            Optional.empty(),
            Optional.of(namespace),
            new SourceRef("pod", namespace + "/" + pod + " " + PodManifests.uid(created)),
            Optional.empty());
    logs = logsOf(Path.of(kubeconfig));
  }

  private PodLogs logsOf(Path kubeconfig) throws IOException {
    ClusterConfig config =
        ClusterConfig.of(
            new KubernetesSettings(Optional.of(kubeconfig), Optional.empty(), List.of()),
            Map.of(),
            Path.of("none"),
            Duration.ofMinutes(1));
    ApiServerClient client =
        new ApiServerClient(config, Duration.ofSeconds(20), Duration.ofSeconds(20));
    clients.add(client);
    return new PodLogs(() -> Optional.of(client), QUIET, InstantSource.system());
  }

  @AfterEach
  void close() {
    clients.forEach(ApiServerClient::close);
    if (cluster != null) {
      kubelet.close();
      cluster.close();
    }
  }

  private Response open(String query) throws ApiFailure {
    return logs.open(application, pod, LogQuery.parse(query.substring(1)).orElseThrow())
        .orElseThrow();
  }

  @Test
  void listsPodsAndStreamsTheirText() throws IOException {
    byte[] text = new byte[3_000_000];
    Arrays.fill(text, (byte) 0xff);
    kubelet.setLog((query, out, connected) -> out.write(text));

    assertThat(logs.list(application)).extracting(LogPod::name).containsExactly(pod);
    logs.requirePod(application, pod);
    try (Response log = open(CONTAINER)) {
      assertThat(log.body().bytes()).isEqualTo(text);
    }
  }

  @Test
  void passesOptionsOnToKubelet() throws IOException {
    kubelet.setLog((query, out, connected) -> out.write(query.toString().getBytes(UTF_8)));

    try (Response log =
        open(CONTAINER + "&timestamps=true&tail=7&sinceTime=2026-01-31T09:00:00Z")) {
      assertThat(log.body().string())
          .contains("tailLines=[7]", "timestamps=[true]", "sinceTime=[2026-01-31T09:00:00Z]");
    }
  }

  @Test
  void followsUntilLogIsQuiet() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    kubelet.setLog(
        (query, out, connected) -> {
          out.write("one\n".getBytes(UTF_8));
          out.flush();
          try {
            never.await();
          } finally {
            out.write('\n');
          }
        });

    try (Response log = open(CONTAINER + "&follow=true")) {
      InputStream text = log.body().byteStream();
      byte[] line = new byte[64];
      assertThat(new String(line, 0, text.read(line), UTF_8)).isEqualTo("one\n");
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(text::read);
    }

    never.countDown();
    await().until(() -> kubelet.openLogs() == 0);
  }

  @Test
  void reportsMissingRightAndUnknownContainer() throws IOException {
    Path kubeconfig = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "get", "list");
    PodLogs ofAccount = logsOf(kubeconfig);
    LogQuery query = LogQuery.parse(CONTAINER.substring(1)).orElseThrow();

    ofAccount.requirePod(application, pod);
    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> ofAccount.open(application, pod, query))
        .withMessageContaining("needs get on pods/log");
    assertThat(ofAccount.status().error().orElseThrow())
        .contains("podLogs: namespace " + namespace, "history needs get on pods/log");
    assertThatExceptionOfType(ApiFailure.class)
        .isThrownBy(() -> open("?container=nothing"))
        .withMessageContaining("container nothing is not valid for pod " + pod)
        .extracting(ApiFailure::kind)
        .isEqualTo(ApiFailure.Kind.REJECTED);
  }
}
