// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.awaitLead;
import static io.sparklive.it.plugin.Plugin.awaitListedOnce;
import static io.sparklive.it.plugin.Plugin.ids;
import static io.sparklive.it.plugin.Plugin.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.shared.SharedHistories;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.Kubelet;
import io.sparklive.testkit.cluster.PodLog;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.RealCluster;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.cluster.TestCluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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
 * From the creation of a driver pod to its end, in a real History Server: the reason for which a
 * driver waits, the links by name, the logs, and how the driver ended.
 */
@Tag("cluster")
@Tag("war")
@ExtendWith(SharedHistories.class)
@ParameterizedClass
@MethodSource(Plugin.ENDS)
class PodLifeIT {
  private static final String HERE = "127.0.0.1";
  private static final String OPERATOR_LABEL = "sparkoperator.k8s.io/app-name";
  private static final String CONTAINER = "?container=" + PodManifests.DRIVER_CONTAINER;

  private static TestCluster cluster;
  private static Optional<Kubelet> kubelet;
  private static String namespace;
  private static EventLogs eventLogs;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @TempDir private Path elsewhere;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version, SharedHistories.Registry shared) {
    // One test needs it: it starts in the background.
    shared.drivers().start(version);
    cluster = TestCluster.open();
    kubelet = cluster instanceof RealCluster real ? Optional.of(real.addNode()) : Optional.empty();
    namespace = cluster.newNamespace();
    eventLogs = EventLogs.newDirectory("pod-life-" + version);
    server =
        HistoryServerProcess.builder(version, eventLogs.directory())
            .plugin()
            .property("spark.ui.filters", Plugin.FILTER)
            .property(parameter("discovery"), "kubernetes")
            .property(parameter("kubeconfig"), cluster.kubeconfig().toString())
            .property(parameter("jobNamespaces"), namespace)
            .property(parameter("podLogs"), "true")
            .start();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    kubelet.ifPresent(Kubelet::close);
    cluster.close();
  }

  @Test
  void showsPendingDriverOutsideSparksLists() {
    String id = "spark-pending";
    String pod = PodManifests.name(createDriver(id, FreePorts.next()));

    cluster.setStatus(
        namespace,
        pod,
        PodStatuses.unschedulable("0/3 nodes are available: 3 Insufficient memory."));
    assertPending(
        id, "unschedulable", "Not scheduled: 0/3 nodes are available: 3 Insufficient memory");
    cluster.setStatus(
        namespace, pod, PodStatuses.waiting("ImagePullBackOff", "Back-off pulling image"));
    assertPending(id, "image", "cannot be pulled (ImagePullBackOff): Back-off pulling image");

    assertThat(server.log()).containsPattern("INFO[ :].*Application spark-pending pending: orders");
    cluster.delete(namespace, pod);
  }

  private static void assertPending(String id, String reason, String text) {
    await()
        .untilAsserted(
            () -> {
              JsonObject entry = overview("applications", id);
              assertThat(entry.get("state").getAsString()).isEqualTo("pending");
              assertThat(entry.get("pendingReason").getAsString()).isEqualTo(reason);
              assertThat(entry.get("reason").getAsString()).contains(text);
            });
    for (String path : new String[] {"/sparkui/" + id + "/", "/history/" + id + "/jobs/"}) {
      HttpResponse<String> page = server.get(path);
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.headers().firstValue("Retry-After")).contains("2");
      assertThat(page.body()).contains("The driver is waiting", text, "http-equiv=\"refresh\"");
    }
    String series = "spark_live_history_pending_applications{namespace=\"%s\",reason=\"%s\"} 1";
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/-/metrics").body())
                    .contains(series.formatted(namespace, reason)));
    for (String query : new String[] {"", "?status=running", "?status=completed"}) {
      assertThat(ids(server, query)).doesNotContain(id);
    }
    for (String home : new String[] {"/", "/?showIncomplete=true"}) {
      assertThat(server.get(home).body()).doesNotContain(id);
    }
    assertThat(server.get("/api/v1/applications/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void leadsLinksByNameToStatusPageLiveUiAndHistory() throws IOException {
    try (DriverProcess driver =
        DriverProcess.builder(version, "Nightly ETL").eventLogDirectory(elsewhere).start()) {
      String id = driver.applicationId();
      JsonObject manifest = onNode(PodManifests.uiPort(PodManifests.driver(id), driver.port()));
      String pod = PodManifests.name(PodManifests.label(manifest, OPERATOR_LABEL, "nightly-etl"));
      String[] links = {
        "/sparkui/-/pods/" + namespace + "/" + pod, "/sparkui/-/apps/" + namespace + "/nightly-etl"
      };
      for (String link : links) {
        assertThat(server.get(link).statusCode()).isEqualTo(503);
      }

      cluster.create(namespace, manifest);
      cluster.setStatus(namespace, pod, PodStatuses.waiting("ErrImagePull", "not found"));
      awaitLeads(links, 503, "/sparkui/" + id + "/", "cannot be pulled (ErrImagePull): not found");

      Instant since = Instant.now();
      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, since));
      awaitLeads(links, 200, "/sparkui/" + id + "/jobs/", "Nightly ETL");

      driver.stop();
      cluster.setStatus(namespace, pod, PodStatuses.succeeded(since, Instant.now()));
      EventLogMove.all(elsewhere, eventLogs.directory());
      awaitLeads(links, 200, "/history/" + id + "/jobs/", "Nightly ETL");
      setLog(pod, "INFO SparkContext: Successfully stopped SparkContext\n");
      assertThat(server.get("/sparkui/-/logs/" + id + "/" + pod + CONTAINER).body())
          .isEqualTo("INFO SparkContext: Successfully stopped SparkContext\n");
    }
  }

  private static void awaitLeads(String[] links, int status, String path, String text) {
    for (String link : links) {
      awaitLead(server, link, status, path, text);
    }
  }

  @Test
  void servesLogsOfPodsOfApplicationOnly(SharedHistories.Registry shared) {
    DriverProcess driver = shared.drivers().of(version);
    String id = driver.applicationId();
    JsonObject created = createDriver(id, driver.port());
    String pod = PodManifests.name(created);
    cluster.setStatus(namespace, pod, PodStatuses.running(HERE, Instant.now()));
    String executor = create(PodManifests.executorOf(created, 1));
    cluster.setStatus(
        namespace,
        executor,
        PodStatuses.running(PodManifests.EXECUTOR_CONTAINER, HERE, Instant.now()));
    String other = PodManifests.name(createDriver("spark-other", FreePorts.next()));
    setLog(pod, "INFO SparkContext: Running Spark\n");
    setLog(other, "INFO SparkContext: Running Spark\n");
    awaitListedOnce(server, id, "running");
    String logs = "/sparkui/-/logs/" + id;

    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/" + id + "/jobs/").body())
                    .contains("/sparkui/" + id + "/static/webui.js"));
    // The script adds the menu item "Logs" if its last argument is true.
    assertThat(server.get("/sparkui/" + id + "/static/webui.js").body())
        .contains("\"Logs\"")
        .containsPattern("\\}\\)\\(\\[\"/sparkui\".*\\], true\\);");
    assertThat(server.get(logs).body()).contains("data-logs=\"" + logs + "\"");
    assertThat(
            JsonParser.parseString(server.get(logs + "/-/pods").body())
                .getAsJsonObject()
                .getAsJsonArray("pods"))
        .extracting(entry -> entry.getAsJsonObject().get("name").getAsString())
        .containsExactly(pod, executor);
    HttpResponse<String> text = server.get(logs + "/" + pod + CONTAINER);
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(text.body()).isEqualTo("INFO SparkContext: Running Spark\n");
    assertThat(server.log())
        .containsPattern("INFO[ :].*opened the log of " + namespace + "/" + pod);

    HttpResponse<String> refused = server.get(logs + "/" + other + CONTAINER);
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("No such pod").doesNotContain("Running Spark");
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/-/logs/spark-other/" + other + CONTAINER).body())
                    .contains("Running Spark"));
    cluster.delete(namespace, pod);
    cluster.delete(namespace, other);
  }

  @Test
  void reportsDriverKilledForMemory() {
    try (DriverProcess driver = DriverProcess.builder(version, "Too large").start()) {
      String id = driver.applicationId();
      String pod = PodManifests.name(createDriver(id, driver.port()));
      Instant since = Instant.now();
      cluster.setStatus(namespace, pod, PodStatuses.running(HERE, since));
      awaitListedOnce(server, id, "running");
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200));

      driver.kill();
      cluster.setStatus(
          namespace, pod, PodStatuses.terminated(137, "OOMKilled", since, Instant.now()));

      String how = "Killed: out of memory (exit code 137)";
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/" + id + "/jobs/").body()).contains(how));
      assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(503);
      JsonObject ended = overview("recentlyEnded", id);
      assertThat(ended.get("exitCode").getAsInt()).isEqualTo(137);
      assertThat(ended.get("exitReason").getAsString()).isEqualTo("OOMKilled");
      assertThat(ended.get("endText").getAsString()).isEqualTo(how);
      assertThat(ended.get("result").getAsString()).isEqualTo("failed");
      assertThat(server.log())
          .containsPattern(
              "INFO[ :].*Application " + id + " ended: Too large, .*: \\Q" + how + "\\E");
      awaitListedOnce(server, id, "completed");
    }
  }

  /** An entry of the overview's JSON. */
  private static JsonObject overview(String list, String id) {
    HttpResponse<String> json = server.get("/sparkui/-/applications?recentlyEnded=true");
    // It is a 503 before the first scan of the event logs.
    assertThat(json.statusCode()).isEqualTo(200);
    return JsonParser.parseString(json.body())
        .getAsJsonObject()
        .getAsJsonArray(list)
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject)
        .filter(entry -> entry.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(list + " has no " + id));
  }

  private static JsonObject createDriver(String id, int port) {
    return cluster.create(namespace, onNode(PodManifests.uiPort(PodManifests.driver(id), port)));
  }

  private static String create(JsonObject pod) {
    return PodManifests.name(cluster.create(namespace, onNode(pod)));
  }

  /** The API server requests logs from the kubelet of the node. */
  private static JsonObject onNode(JsonObject pod) {
    kubelet.ifPresent(of -> pod.getAsJsonObject("spec").addProperty("nodeName", of.node()));
    return pod;
  }

  private static void setLog(String pod, String text) {
    kubelet.ifPresentOrElse(
        of -> of.setLog(PodLog.of(text)),
        () -> ((StandInCluster) cluster).setLog(namespace, pod, PodLog.of(text)));
  }
}
