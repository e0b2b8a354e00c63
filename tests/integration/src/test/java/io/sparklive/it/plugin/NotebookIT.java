// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.awaitRedirectToHistory;
import static io.sparklive.it.plugin.Plugin.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.NotebookDriver;
import io.sparklive.testkit.NotebookDriver.Session;
import io.sparklive.testkit.NotebookNamespace;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Notebooks of a real Spark in a real Kubernetes API, discovered by their executor pods alone.
 * There is no event log, no {@code drivers}, and the notebook has only Spark's own settings.
 *
 * <p>Spark's Kubernetes client creates pods, so this needs an API server: the system property
 * {@code kubernetes.test.kubeconfig} names a kubeconfig of an administrator.
 */
@Tag("cluster")
@Tag("war")
class NotebookIT {
  /** A bare name is that of a headless Service in the notebook's own namespace. */
  private static final String DRIVER_HOST = "jupyter-headless";

  private static final int PORTS = 8;

  @TempDir private Path directory;
  @TempDir private Path eventLogs;
  private NotebookNamespace namespace;
  private int firstPort;

  @BeforeEach
  void makeNamespace() {
    Optional<Path> kubeconfig = NotebookNamespace.kubeconfig();
    assumeThat(kubeconfig)
        .as("needs a real API server: -Dkubernetes.test.kubeconfig=<an administrator's kubeconfig>")
        .isPresent();
    namespace = new NotebookNamespace(kubeconfig.orElseThrow(), directory);
    firstPort = firstOfFreePorts();
  }

  @AfterEach
  void deleteNamespace() {
    if (namespace != null) {
      namespace.close();
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void listsNotebooksOfOnePodBySession(SparkVersion version) throws IOException {
    SparkVersion notebookVersion = versionOfNotebooks(version);
    namespace.createPod("jupyter-ada");
    NotebookDriver.Builder notebook =
        NotebookDriver.builder(notebookVersion, namespace)
            .driverHost(DRIVER_HOST)
            .podName("jupyter-ada")
            .uiPort(firstPort)
            .executors(2);
    try (HistoryServerProcess server = historyServer(version).start();
        NotebookDriver first = notebook.start();
        NotebookDriver second = notebook.start()) {
      Session sales = first.startSession("Sales of March");
      letExecutorsRun(sales, 2);
      await().untilAsserted(() -> assertRunning(server, sales));
      assertShown(server, sales, "Sales of March");

      Session returns = second.startSession("Returns");
      letExecutorsRun(returns, 2);
      await().untilAsserted(() -> assertRunning(server, sales, returns));
      assertThat(returns.port()).isNotEqualTo(sales.port());
      assertShown(server, returns, "Returns");
      assertShown(server, sales, "Sales of March");

      first.stopSession();
      assertThat(namespace.executors(sales.applicationId())).isEmpty();
      await().untilAsserted(() -> assertEnded(server, sales));
      assertRunning(server, returns);

      Session april = first.startSession("Sales of April");
      letExecutorsRun(april, 2);
      assertThat(april.port()).isEqualTo(sales.port());
      await().untilAsserted(() -> assertRunning(server, april, returns));
      assertShown(server, april, "Sales of April");
      assertShown(server, returns, "Returns");
      assertEnded(server, sales);
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void keepsNotebookWithoutExecutorsWhileItResponds(SparkVersion version) throws IOException {
    SparkVersion notebookVersion = versionOfNotebooks(version);
    try (HistoryServerProcess server = historyServer(version).start();
        NotebookDriver notebook =
            NotebookDriver.builder(notebookVersion, namespace)
                .driverHost(DRIVER_HOST)
                .uiPort(firstPort)
                .dynamicAllocation()
                .start()) {
      Session session = notebook.startSession("Thinks for long");
      notebook.startJob();
      letExecutorsRun(session, 2);
      await().untilAsserted(() -> assertRunning(server, session));

      notebook.cancelJobs();
      // Spark creates new ones as long as it needs some.
      await().during(Duration.ofSeconds(2)).until(() -> deleteExecutors(session).isEmpty());

      stays(() -> assertRunning(server, session));
      assertShown(server, session, "Thinks for long");

      notebook.kill();

      await().untilAsserted(() -> assertEnded(server, session));
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void endsKilledNotebookWithItsExecutors(SparkVersion version) throws IOException {
    SparkVersion notebookVersion = versionOfNotebooks(version);
    NotebookDriver.Builder described =
        NotebookDriver.builder(notebookVersion, namespace)
            .driverHost("127.0.0.1")
            .uiPort(firstPort)
            .executors(1);
    try (HistoryServerProcess server = historyServer(version).start();
        NotebookDriver deleted = described.start();
        NotebookDriver failed = described.start()) {
      Session one = deleted.startSession("Its executors are deleted");
      Session other = failed.startSession("Its executors fail");
      List<String> executorsOfOne = letExecutorsRun(one, 1);
      List<String> executorsOfOther = letExecutorsRun(other, 1);
      await().untilAsserted(() -> assertRunning(server, one, other));

      deleted.kill();
      failed.kill();

      stays(() -> assertRunning(server, one, other));
      executorsOfOne.forEach(namespace::delete);
      // Executors that lose their driver exit. Their pods stay: no controller deletes them.
      executorsOfOther.forEach(executor -> namespace.setPhase(executor, "Failed"));
      await().untilAsserted(() -> assertEnded(server, one));
      await().untilAsserted(() -> assertEnded(server, other));
      assertThat(namespace.executors(other.applicationId())).isEqualTo(executorsOfOther);
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void findsSessionWithoutExecutorsByEventLogOnDemand(SparkVersion version) throws IOException {
    SparkVersion notebookVersion = versionOfNotebooks(version);
    try (HistoryServerProcess server = historyServer(version).start();
        NotebookDriver notebook =
            NotebookDriver.builder(notebookVersion, namespace)
                .driverHost(DRIVER_HOST)
                .uiPort(firstPort)
                .dynamicAllocation()
                .eventLogDirectory(eventLogs)
                .start()) {
      Session session = notebook.startSession("Has not begun");
      await().untilAsserted(() -> assertRunning(server, session));

      assertShown(server, session, "Has not begun");
      assertThat(namespace.executors(session.applicationId())).isEmpty();
      assertRunning(server, session);

      notebook.stopSession();

      await()
          .untilAsserted(
              () ->
                  assertThat(ids(server, "?status=completed"))
                      .containsExactly(session.applicationId()));
      awaitRedirectToHistory(server, session.applicationId());
    }
  }

  private HistoryServerProcess.Builder historyServer(SparkVersion version) throws IOException {
    return HistoryServerProcess.builder(version, eventLogs)
        .plugin()
        .jvmOptions("-Djdk.net.hosts.file=" + hosts())
        .property("spark.ui.filters", Plugin.FILTER)
        .property(Plugin.parameter("discovery"), "kubernetes")
        .property(Plugin.parameter("kubeconfig"), namespace.historyKubeconfig().toString())
        .property(Plugin.parameter("jobNamespaces"), namespace.name())
        .property(Plugin.parameter("clientUiPorts"), firstPort + "-" + (firstPort + PORTS - 1))
        .property(Plugin.parameter("allowedDriverNetworks"), "127.0.0.0/8")
        // Also the interval at which a driver is polled after discovery.
        .property(Plugin.parameter("driversRefresh"), "200ms");
  }

  /** A substitute for the DNS of the cluster. */
  private Path hosts() throws IOException {
    return Files.writeString(
        directory.resolve("hosts"),
        "127.0.0.1 localhost %s %s.%s.svc\n"
            .formatted(InetAddress.getLocalHost().getHostName(), DRIVER_HOST, namespace.name()));
  }

  /** Does the work of a kubelet when there are so many executor pods: sets them to running. */
  private List<String> letExecutorsRun(Session session, int count) {
    List<String> executors =
        await()
            .until(() -> namespace.executors(session.applicationId()), all -> all.size() == count);
    executors.forEach(executor -> namespace.setPhase(executor, "Running"));
    return executors;
  }

  /** Deletes all executor pods and returns their names. */
  private List<String> deleteExecutors(Session session) {
    List<String> executors = namespace.executors(session.applicationId());
    executors.forEach(namespace::delete);
    return executors;
  }

  private static void stays(ThrowingRunnable assertion) {
    await().during(Duration.ofSeconds(5)).untilAsserted(assertion);
  }

  private static void assertRunning(HistoryServerProcess server, Session... sessions) {
    assertThat(ids(server, "?status=running"))
        .containsExactlyInAnyOrder(
            List.of(sessions).stream().map(Session::applicationId).toArray(String[]::new));
  }

  private static void assertEnded(HistoryServerProcess server, Session session) {
    assertThat(ids(server, "?status=completed")).contains(session.applicationId());
    assertThat(ids(server, "?status=running")).doesNotContain(session.applicationId());
    assertThat(server.get(ui(session)).body()).contains("The application has ended");
  }

  /** Its own live UI and its own REST API, on any host. */
  private static void assertShown(HistoryServerProcess server, Session session, String name) {
    await().untilAsserted(() -> assertThat(server.get(ui(session)).statusCode()).isEqualTo(200));
    assertThat(server.get(ui(session)).body()).contains(name);
    String rest = "/api/v1/applications/" + session.applicationId();
    assertThat(server.get(rest).body()).contains(name);
    assertThat(server.get(rest + "/environment").body())
        .isEqualTo(session.get(rest + "/environment").body())
        .contains("k8s://");
  }

  private static String ui(Session session) {
    return "/sparkui/" + session.applicationId() + "/jobs/";
  }

  /**
   * The History Server's version, or the newest with spark-kubernetes: not all are published in
   * full.
   */
  static SparkVersion versionOfNotebooks(SparkVersion historyServer) {
    Optional<SparkVersion> version =
        NotebookDriver.isAvailable(historyServer)
            ? Optional.of(historyServer)
            : SparkVersion.underTest().stream()
                .filter(NotebookDriver::isAvailable)
                .max(Comparator.naturalOrder());
    assumeThat(version).as("needs spark-kubernetes of a version under test").isPresent();
    return version.orElseThrow();
  }

  /** The first of several successive free ports, below those that systems assign. */
  private static int firstOfFreePorts() {
    return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(20_000, 32_000))
        .filter(first -> IntStream.range(first, first + PORTS).allMatch(NotebookIT::isFree))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
