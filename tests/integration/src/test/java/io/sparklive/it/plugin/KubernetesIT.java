package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.ids;
import static io.sparklive.it.plugin.Plugin.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applications in a Kubernetes cluster, in a real History Server, with real drivers behind pods.
 */
@Tag("smoke-spark4")
@Tag("war")
class KubernetesIT {
  private static final String HERE = "127.0.0.1";

  @TempDir private Path eventLogs;
  @TempDir private Path elsewhere;
  private TestCluster cluster;
  private String namespace;

  @BeforeEach
  void openCluster() {
    cluster = TestCluster.open();
    namespace = cluster.newNamespace();
  }

  @AfterEach
  void closeCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void anApplicationIsListedFromItsPodThenShownThenHandedOver(SparkVersion version)
      throws IOException {
    try (HistoryServerProcess server = historyServer(version).start();
        DriverProcess driver =
            DriverProcess.builder(version, "Nightly ETL: orders/2026")
                .eventLogDirectory(elsewhere)
                .start()) {
      String id = driver.applicationId();
      String pod = createDriver(id, driver.port());
      cluster.setStatus(namespace, pod, PodStatuses.pending());
      assertThat(ids(server, "")).isEmpty();

      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));
      await().untilAsserted(() -> assertThat(ids(server, "?status=running")).containsExactly(id));
      await()
          .untilAsserted(
              () ->
                  assertThat(Plugin.list(server, "").get(0).get("name").getAsString())
                      .isEqualTo("Nightly ETL: orders/2026"));
      assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(200);
      assertThat(source(server, "driver pods").get("applications").getAsInt()).isEqualTo(1);

      driver.stop();
      cluster.setStatus(
          namespace, pod, PodStatuses.succeeded(Instant.now().minusSeconds(9), Instant.now()));
      await().untilAsserted(() -> assertThat(ids(server, "?status=completed")).containsExactly(id));
      assertThat(server.get("/sparkui/" + id + "/jobs/").body())
          .contains("its event log is awaited");

      EventLogMove.all(elsewhere, eventLogs);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          server.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
                      .contains("/history/" + id + "/jobs/"));
      assertThat(ids(server, "")).containsExactly(id);
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void aDriverThatDoesNotAnswerYetIsStarting(SparkVersion version) throws IOException {
    try (HistoryServerProcess server = historyServer(version).start()) {
      String pod = createDriver("spark-starting", freePort());
      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () -> assertThat(ids(server, "?status=running")).containsExactly("spark-starting"));
      for (String path : new String[] {"/sparkui/", "/history/"}) {
        HttpResponse<String> page = server.get(path + "spark-starting/jobs/");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Retry-After")).contains("2");
        assertThat(page.body()).contains("The driver is starting");
      }
      assertThat(server.get("/api/v1/applications/spark-starting/jobs").body())
          .contains("The driver is starting");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void aDriverWithoutAUiIsListedAndItsPageSaysSo(SparkVersion version) throws IOException {
    try (HistoryServerProcess server = historyServer(version).start()) {
      JsonObject driver = PodManifests.uiPort(PodManifests.driver("spark-headless"), freePort());
      JsonObject created = cluster.create(namespace, driver);
      cluster.create(namespace, PodManifests.executorOf(created, 1));
      cluster.setStatus(
          namespace, PodManifests.name(created), PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/spark-headless/").body())
                      .contains("This driver has no UI"));
      assertThat(ids(server, "?status=running")).containsExactly("spark-headless");
      assertThat(server.get("/api/v1/applications/spark-headless").body())
          .contains("\"completed\" : false");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void aRestartedHistoryServerKnowsWhatRunsAndWhatEndedLately(SparkVersion version) {
    try (DriverProcess driver = DriverProcess.builder(version, "Goes on").start()) {
      Instant now = Instant.now();
      String running = createDriver(driver.applicationId(), driver.port());
      cluster.setStatus(namespace, running, PodStatuses.running(HERE, now));
      String lately = createDriver("spark-lately", 4040);
      cluster.setStatus(
          namespace, lately, PodStatuses.succeeded(now.minusSeconds(90), now.minusSeconds(60)));
      String longAgo = createDriver("spark-long-ago", 4040);
      cluster.setStatus(
          namespace,
          longAgo,
          PodStatuses.failed(1, now.minusSeconds(9000), now.minusSeconds(7200)));

      for (int start = 0; start < 2; start++) {
        try (HistoryServerProcess server = historyServer(version).start()) {
          await()
              .untilAsserted(
                  () ->
                      assertThat(ids(server, ""))
                          .containsExactly("spark-lately", driver.applicationId()));
          assertThat(ids(server, "?status=completed")).containsExactly("spark-lately");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void aForbiddenNamespaceHidesNoOther(SparkVersion version) throws IOException {
    String forbidden = cluster.newNamespace();
    Path kubeconfig = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    try (HistoryServerProcess server =
        historyServer(version, kubeconfig, namespace + "," + forbidden)
            .property(parameter("clientMode"), "false")
            .start()) {
      String pod = createDriver("spark-seen", freePort());
      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () -> assertThat(ids(server, "?status=running")).containsExactly("spark-seen"));
      HttpResponse<String> health = server.get("/sparkui/-/health");
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body())
          .contains(
              "namespace "
                  + forbidden
                  + ": forbidden; the service account "
                  + namespace
                  + "/history needs list and watch on pods: see docs/kubernetes.md");
      assertThat(server.log()).containsOnlyOnce("namespace " + forbidden + ": forbidden");

      cluster.grant(forbidden, "history", "list", "watch");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/-/health").statusCode()).isEqualTo(200));
      assertThat(server.log()).contains("seen as they change again: namespace " + forbidden);
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void withoutAClusterTheHistoryServerWorks(SparkVersion version) throws IOException {
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
            .formatted(freePort()));
    try (HistoryServerProcess server = historyServer(version, kubeconfig, namespace).start()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/-/health").body())
                      .contains("connection refused"));
      assertThat(server.get("/sparkui/-/health").statusCode()).isEqualTo(503);
      assertThat(server.get("/").statusCode()).isEqualTo(200);
      assertThat(ids(server, "")).isEmpty();
      assertThat(server.log()).containsOnlyOnce("Running applications cannot be seen");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void aPodThatClaimsTheIdOfACompletedApplicationChangesHealthAlone(SparkVersion version)
      throws IOException {
    String id;
    try (DriverProcess driver =
        DriverProcess.builder(version, "Is complete").eventLogDirectory(eventLogs).start()) {
      id = driver.applicationId();
      driver.stop();
    }
    try (DriverProcess forger = DriverProcess.builder(version, "Forged").start();
        HistoryServerProcess server = historyServer(version).start()) {
      await().untilAsserted(() -> assertThat(ids(server, "?status=completed")).containsExactly(id));
      String before = server.get("/api/v1/applications").body();

      String pod = createDriver(id, forger.port());
      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));

      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/-/health").body())
                      .contains("\"listed\": \"its history, which is complete\""));
      assertThat(server.get("/api/v1/applications").body()).isEqualTo(before);
      assertThat(server.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
          .contains("/history/" + id + "/jobs/");
    }
  }

  private HistoryServerProcess.Builder historyServer(SparkVersion version) {
    return historyServer(version, cluster.kubeconfig(), namespace);
  }

  private HistoryServerProcess.Builder historyServer(
      SparkVersion version, Path kubeconfig, String namespaces) {
    return HistoryServerProcess.builder(version, eventLogs)
        .plugin()
        .property("spark.ui.filters", Plugin.FILTER)
        .property(parameter("discovery"), "kubernetes")
        .property(parameter("kubeconfig"), kubeconfig.toString())
        .property(parameter("jobNamespaces"), namespaces);
  }

  private String createDriver(String id, int port) {
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
