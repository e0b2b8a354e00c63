// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.assertListedOnce;
import static io.sparklive.it.plugin.Plugin.awaitListedOnce;
import static io.sparklive.it.plugin.Plugin.awaitRedirectToHistory;
import static io.sparklive.it.plugin.Plugin.ids;
import static io.sparklive.it.plugin.Plugin.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.shared.SharedHistories;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applications in a Kubernetes cluster, in a real History Server, with real drivers behind pods.
 */
@Tag("cluster")
@Tag("smoke-spark4")
@Tag("war")
@ExtendWith(SharedHistories.class)
@ParameterizedClass
@MethodSource(Plugin.ENDS)
class KubernetesIT {
  private static final String HERE = "127.0.0.1";

  private static TestCluster cluster;
  private static String namespace;
  private static EventLogs eventLogs;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @TempDir private Path elsewhere;

  /** Tests that only add pods share a History Server and its namespace. */
  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version, SharedHistories.Registry shared) {
    // Two tests need it: it starts in the background.
    shared.drivers().start(version);
    cluster = TestCluster.open();
    namespace = cluster.newNamespace();
    eventLogs = EventLogs.newDirectory("kubernetes-" + version);
    server = historyServer(version, eventLogs, cluster.kubeconfig(), namespace).start();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    cluster.close();
  }

  @Test
  void listsApplicationFromPodUntilHandoff() throws IOException {
    try (DriverProcess driver =
        DriverProcess.builder(version, "Nightly ETL: orders/2026")
            .eventLogDirectory(elsewhere)
            .start()) {
      String id = driver.applicationId();
      int before = source(server, "driver pods").get("applications").getAsInt();
      String pod = createDriver(namespace, id, driver.port());
      cluster.setStatus(namespace, pod, PodStatuses.pending());
      assertThat(ids(server, "")).doesNotContain(id);

      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));
      awaitListedOnce(server, id, "running");
      await()
          .untilAsserted(
              () ->
                  assertThat(Plugin.list(server, ""))
                      .filteredOn(entry -> entry.get("id").getAsString().equals(id))
                      .extracting(entry -> entry.get("name").getAsString())
                      .containsExactly("Nightly ETL: orders/2026"));
      assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(200);
      assertThat(source(server, "driver pods").get("applications").getAsInt())
          .isEqualTo(before + 1);

      driver.stop();
      cluster.setStatus(
          namespace, pod, PodStatuses.succeeded(Instant.now().minusSeconds(9), Instant.now()));
      awaitListedOnce(server, id, "completed");
      assertThat(server.get("/sparkui/" + id + "/jobs/").body())
          .contains("its event log is not available yet");

      EventLogMove.all(elsewhere, eventLogs.directory());
      awaitRedirectToHistory(server, id);
      assertThat(ids(server, "")).containsOnlyOnce(id);
    }
  }

  @Test
  void listsDriverAsStartingBeforeUiResponds() {
    String pod = createDriver(namespace, "spark-starting", FreePorts.next());
    cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));

    awaitListedOnce(server, "spark-starting", "running");
    for (String path : new String[] {"/sparkui/", "/history/"}) {
      HttpResponse<String> page = server.get(path + "spark-starting/jobs/");
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.headers().firstValue("Retry-After")).contains("2");
      assertThat(page.body()).contains("The driver is starting");
    }
    assertThat(server.get("/api/v1/applications/spark-starting/jobs").body())
        .contains("The driver is starting");
  }

  @Test
  void listsDriverWithoutUiAndShowsStatusPage() {
    JsonObject driver =
        PodManifests.uiPort(PodManifests.driver("spark-headless"), FreePorts.next());
    JsonObject created = cluster.create(namespace, driver);
    cluster.create(namespace, PodManifests.executorOf(created, 1));
    cluster.setStatus(
        namespace, PodManifests.name(created), PodStatuses.running(HERE, Instant.now()));

    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/spark-headless/").body())
                    .contains("The driver has no UI"));
    assertListedOnce(server, "spark-headless", "running");
    assertThat(server.get("/api/v1/applications/spark-headless").body())
        .contains("\"completed\" : false");
  }

  @Test
  void findsRunningAndRecentlyEndedAfterRestart(SharedHistories.Registry shared) {
    DriverProcess driver = shared.drivers().of(version);
    String own = cluster.newNamespace();
    Instant now = Instant.now();
    String running = createDriver(own, driver.applicationId(), driver.port());
    cluster.setStatus(own, running, PodStatuses.running(HERE, now));
    String lately = createDriver(own, "spark-lately", 4040);
    cluster.setStatus(
        own, lately, PodStatuses.succeeded(now.minusSeconds(90), now.minusSeconds(60)));
    String longAgo = createDriver(own, "spark-long-ago", 4040);
    cluster.setStatus(
        own, longAgo, PodStatuses.failed(1, now.minusSeconds(9000), now.minusSeconds(7200)));

    // The next History Server starts without any state: it is a restart.
    try (HistoryServerProcess restarted = withoutEventLogs(cluster.kubeconfig(), own).start()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(ids(restarted, ""))
                      .containsExactly("spark-lately", driver.applicationId()));
      assertThat(ids(restarted, "?status=completed")).containsExactly("spark-lately");
    }
  }

  @Test
  void watchesOtherNamespacesIfOneIsForbidden() {
    String allowed = cluster.newNamespace();
    String forbidden = cluster.newNamespace();
    Path kubeconfig = cluster.kubeconfigOf(allowed, "history");
    cluster.grant(allowed, "history", "list", "watch");
    try (HistoryServerProcess restricted =
        withoutEventLogs(kubeconfig, allowed + "," + forbidden)
            .property(parameter("clientMode"), "false")
            .start()) {
      String pod = createDriver(allowed, "spark-seen", FreePorts.next());
      cluster.setStatus(allowed, pod, PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () -> assertThat(ids(restricted, "?status=running")).containsExactly("spark-seen"));
      HttpResponse<String> health = restricted.get("/sparkui/-/health");
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body())
          .contains(
              "namespace "
                  + forbidden
                  + ": forbidden; the service account "
                  + allowed
                  + "/history needs list and watch on pods: see docs/kubernetes.md");
      assertThat(restricted.log()).containsOnlyOnce("namespace " + forbidden + ": forbidden");

      cluster.grant(forbidden, "history", "list", "watch");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(restricted.get("/sparkui/-/health").statusCode()).isEqualTo(200));
      assertThat(restricted.log())
          .containsPattern("watch restored after \\d+ s: namespace " + forbidden);
    }
  }

  @Test
  void keepsHistoryServerAvailableWithoutCluster() throws IOException {
    Path kubeconfig = elsewhere.resolve("nowhere.kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d"}}]
        users: [{name: test, user: {token: none}}]
        """
            .formatted(FreePorts.next()));
    try (HistoryServerProcess alone = withoutEventLogs(kubeconfig, namespace).start()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(alone.get("/sparkui/-/health").body()).contains("connection refused"));
      assertThat(alone.get("/sparkui/-/health").statusCode()).isEqualTo(503);
      assertThat(alone.get("/").statusCode()).isEqualTo(200);
      assertThat(ids(alone, "")).isEmpty();
      assertThat(alone.log()).containsOnlyOnce("Kubernetes watch lost: ");
    }
  }

  @Test
  void reportsPodThatClaimsCompletedIdInHealthOnly(SharedHistories.Registry shared) {
    DriverProcess forger = shared.drivers().of(version);
    EventLogs logs = EventLogs.newDirectory("forged-" + version);
    String id = logs.copyOfReal(version);
    String own = cluster.newNamespace();
    try (HistoryServerProcess deceived =
        historyServer(version, logs, cluster.kubeconfig(), own).start()) {
      await()
          .untilAsserted(() -> assertThat(ids(deceived, "?status=completed")).containsExactly(id));
      String before = deceived.get("/api/v1/applications").body();

      String pod = createDriver(own, id, forger.port());
      cluster.setStatus(own, pod, PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () ->
                  assertThat(deceived.get("/sparkui/-/health").body())
                      .contains("\"kept\": \"its complete history\""));
      assertThat(deceived.get("/api/v1/applications").body()).isEqualTo(before);
      assertThat(deceived.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
          .contains("/history/" + id + "/jobs/");
    }
  }

  private HistoryServerProcess.Builder withoutEventLogs(Path kubeconfig, String namespaces) {
    EventLogs none = EventLogs.newDirectory("kubernetes-none-" + version);
    return historyServer(version, none, kubeconfig, namespaces);
  }

  private static HistoryServerProcess.Builder historyServer(
      SparkVersion version, EventLogs logs, Path kubeconfig, String namespaces) {
    return HistoryServerProcess.builder(version, logs.directory())
        .plugin()
        .property("spark.ui.filters", Plugin.FILTER)
        .property(parameter("discovery"), "kubernetes")
        .property(parameter("kubeconfig"), kubeconfig.toString())
        .property(parameter("jobNamespaces"), namespaces);
  }

  private static String createDriver(String namespace, String id, int port) {
    return PodManifests.name(
        cluster.create(namespace, PodManifests.uiPort(PodManifests.driver(id), port)));
  }

  private static JsonObject source(HistoryServerProcess server, String name) {
    JsonArray sources =
        JsonParser.parseString(server.get("/sparkui/-/health").body())
            .getAsJsonObject()
            .getAsJsonArray("sources");
    return StreamSupport.stream(sources.spliterator(), false)
        .map(entry -> entry.getAsJsonObject())
        .filter(entry -> entry.get("source").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
