// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.awaitLead;
import static io.sparklive.it.plugin.Plugin.ids;
import static io.sparklive.it.plugin.Plugin.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.sparklive.testkit.ClusterSubmission;
import io.sparklive.testkit.ExecutorProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.NotebookDriver;
import io.sparklive.testkit.NotebookDriver.Session;
import io.sparklive.testkit.NotebookNamespace;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.RealCluster;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application that Spark itself submits to a real Kubernetes API, in cluster mode. Spark creates
 * the pods of driver and executors. The test does the work of scheduler and kubelet: it sets the
 * status of the pods, and starts their processes with the settings that Spark gave them.
 *
 * <p>The system property {@code kubernetes.test.kubeconfig} names a kubeconfig of an administrator.
 */
@Tag("cluster")
class SparkOnKubernetesIT {
  private static final String HERE = "127.0.0.1";
  private static final String POD = "nightly-etl-driver";
  private static final String NAME = "Nightly ETL";

  /** From this version on, executors on Kubernetes have links to logs. */
  private static final SparkVersion SPARK_4_2 = new SparkVersion("4.2.0");

  @TempDir private Path directory;
  @TempDir private Path eventLogs;
  private NotebookNamespace namespace;
  private RealCluster cluster;

  @BeforeEach
  void makeNamespace() {
    Optional<Path> kubeconfig = NotebookNamespace.kubeconfig();
    assumeThat(kubeconfig)
        .as("needs a real API server: -Dkubernetes.test.kubeconfig=<an administrator's kubeconfig>")
        .isPresent();
    namespace = new NotebookNamespace(kubeconfig.orElseThrow(), directory);
    cluster = new RealCluster(kubeconfig.orElseThrow());
  }

  @AfterEach
  void deleteNamespace() {
    if (namespace != null) {
      namespace.close();
      cluster.close();
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void leadsFromSubmissionToHistory(SparkVersion version) {
    SparkVersion sparkVersion = NotebookIT.versionOfNotebooks(version);
    int port = FreePorts.next();
    String link = "/sparkui/-/pods/" + namespace.name() + "/" + POD;
    try (HistoryServerProcess server = historyServer(version).start()) {
      assertThat(server.get(link).statusCode()).isEqualTo(503);

      submit(sparkVersion, port);
      String id = PodManifests.label(namespace.pod(POD), "spark-app-selector");
      awaitLead(server, link, 503, "/sparkui/" + id + "/", "Not scheduled yet");
      cluster.setStatus(
          namespace.name(), POD, PodStatuses.unschedulable("0/3 nodes are available."));
      awaitLead(server, link, 503, "/sparkui/" + id + "/", "0/3 nodes are available.");
      assertThat(ids(server, "")).doesNotContain(id);

      Instant since = Instant.now();
      cluster.setStatus(namespace.name(), POD, PodStatuses.running(HERE, since));
      try (NotebookDriver driver = driverOfPod(sparkVersion, id, port)) {
        Session session = driver.startSession(NAME);
        assertThat(session.applicationId()).isEqualTo(id);
        awaitLead(server, link, 200, "/sparkui/" + id + "/jobs/", NAME);
        assertExecutorHasLogLink(server, sparkVersion, session);

        driver.stopSession();
      }
      cluster.setStatus(namespace.name(), POD, PodStatuses.succeeded(since, Instant.now()));
      awaitLead(server, link, 200, "/history/" + id + "/jobs/", NAME);
      assertHasLogLink(server, sparkVersion, id);
    }
  }

  private void submit(SparkVersion version, int port) {
    if (version.compareTo(SPARK_4_2) >= 0) {
      ClusterSubmission.builder(version, namespace)
          .driverPod(POD)
          .property("spark.ui.port", Integer.toString(port))
          .submit(NAME);
      return;
    }
    // The API server of Kubernetes 1.20 rejects the Service of the driver: see ClusterSubmission.
    // Spark 3.5 cannot leave it out, so this is a driver pod of it, as recorded.
    JsonObject pod = PodManifests.name(PodManifests.driver("spark-" + UUID.randomUUID()), POD);
    cluster.create(namespace.name(), PodManifests.uiPort(pod, port));
  }

  private void assertExecutorHasLogLink(
      HistoryServerProcess server, SparkVersion sparkVersion, Session session) {
    String id = session.applicationId();
    String pod = await().until(() -> namespace.executors(id), pods -> pods.size() == 1).get(0);
    namespace.setPhase(pod, "Running");
    try (ExecutorProcess executor = ExecutorProcess.start(sparkVersion, namespace.pod(pod))) {
      await()
          .untilAsserted(
              () ->
                  assertThat(executors(server, id))
                      .as(executor::log)
                      .anySatisfy(
                          entry -> assertThat(entry.get("id").getAsString()).isEqualTo("1")));
      List<JsonObject> pods = logPods(server, id);
      assertThat(pods)
          .extracting(entry -> entry.get("name").getAsString())
          .containsExactly(POD, pod);
      assertThat(pods.get(1).get("executor")).isEqualTo(new JsonPrimitive("1"));

      assertHasLogLink(server, sparkVersion, id);
    }
  }

  /** Spark writes the link into the event log, so the history has it too. */
  private static void assertHasLogLink(
      HistoryServerProcess server, SparkVersion sparkVersion, String id) {
    List<String> links =
        executors(server, id).stream()
            .filter(entry -> entry.get("id").getAsString().equals("1"))
            .flatMap(entry -> entry.getAsJsonObject("executorLogs").asMap().values().stream())
            .map(JsonElement::getAsString)
            .toList();
    if (sparkVersion.compareTo(SPARK_4_2) < 0) {
      assertThat(links).isEmpty();
      return;
    }
    assertThat(links).containsExactly("/sparkui/-/logs/" + id + "?executor=1");
    assertThat(server.get(links.get(0)).statusCode()).isEqualTo(200);
    assertThat(server.get(links.get(0)).body())
        .contains("data-logs=\"/sparkui/-/logs/" + id + "\"");
  }

  private static List<JsonObject> executors(HistoryServerProcess server, String id) {
    String path = "/api/v1/applications/" + id + "/allexecutors";
    return entries(JsonParser.parseString(server.get(path).body()));
  }

  private static List<JsonObject> logPods(HistoryServerProcess server, String id) {
    String json = server.get("/sparkui/-/logs/" + id + "/-/pods").body();
    return entries(JsonParser.parseString(json).getAsJsonObject().get("pods"));
  }

  private static List<JsonObject> entries(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  private HistoryServerProcess.Builder historyServer(SparkVersion version) {
    return HistoryServerProcess.builder(version, eventLogs)
        .plugin()
        .property("spark.ui.filters", Plugin.FILTER)
        .property(parameter("discovery"), "kubernetes")
        .property(parameter("kubeconfig"), namespace.historyKubeconfig().toString())
        .property(parameter("jobNamespaces"), namespace.name())
        .property(parameter("podLogs"), "true");
  }

  /** The driver in its pod: the image of Spark runs it in client mode, with these settings. */
  private NotebookDriver driverOfPod(SparkVersion version, String id, int port) {
    return NotebookDriver.builder(version, namespace)
        .property("spark.app.id", id)
        .podName(POD)
        .driverHost(HERE)
        .uiPort(port)
        .executors(1)
        .eventLogDirectory(eventLogs)
        .property(
            "spark.ui.custom.executor.log.url",
            "/sparkui/-/logs/{{APP_ID}}?executor={{EXECUTOR_ID}}")
        .start();
  }
}
