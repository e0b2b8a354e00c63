// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.SourceStatus;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.InClusterFiles;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to configure the API server and the credentials, on the cluster that the tests use. */
@Tag("cluster")
class CredentialsTest {
  private static final String ID = "spark-1";
  private static final Pattern TOKEN = Pattern.compile("\\{token: \"([^\"]+)\"}");

  private static TestCluster cluster;

  private final LoggedLines logged = new LoggedLines();
  private Optional<Discovery> running = Optional.empty();
  private String namespace;
  private Path kubeconfig;
  private String token;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    cluster = TestCluster.open();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void makeAccount() throws IOException {
    namespace = cluster.newNamespace();
    kubeconfig = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    new Pods(cluster, namespace).runningDriver(ID);
    Matcher found = TOKEN.matcher(Files.readString(kubeconfig));
    assertThat(found.find()).isTrue();
    token = found.group(1);
  }

  @AfterEach
  void end() {
    running.ifPresent(Discovery::close);
    logged.close();
  }

  private Discovery discover(Path file) {
    return discover(file, Optional.empty());
  }

  private Discovery discover(Path file, Optional<String> context) {
    running =
        Optional.of(
            Discovery.of(new KubernetesSettings(Optional.of(file), context, List.of(namespace))));
    return running.get();
  }

  /** The kubeconfig of the account, with this user in it instead. */
  private Path withUser(String user) throws IOException {
    String text =
        TOKEN
            .matcher(Files.readString(kubeconfig))
            .replaceAll(Matcher.quoteReplacement("{" + user + "}"));
    return Files.writeString(directory.resolve("kubeconfig"), text);
  }

  private void assertFindsDriver(Discovery discovery) {
    discovery.await(ID, STARTING);
    discovery.awaitUp();
  }

  private static void assertDown(Discovery discovery, String... words) {
    soon().until(() -> !discovery.errors().isEmpty());
    assertThat(discovery.errors()).hasSize(1).first().asString().contains(words);
    assertThat(discovery.statuses()).allMatch(s -> s.state() == SourceStatus.State.DOWN);
  }

  @Test
  void readsTokenFromKubeconfig() {
    assertFindsDriver(discover(kubeconfig, Optional.of("test")));
  }

  @Test
  void readsTokenFileWithTrailingNewline() throws IOException {
    Files.writeString(directory.resolve("token"), token + "\n");

    assertFindsDriver(
        discover(withUser("tokenFile: \"%s\"".formatted(directory.resolve("token")))));
  }

  @Test
  void readsTokenFromExecPlugin() throws IOException {
    assertFindsDriver(discover(withProgram("echo run >> \"$(dirname \"$0\")/runs\"")));

    assertThat(Files.readAllLines(directory.resolve("runs"))).hasSizeLessThanOrEqualTo(3);
  }

  /** A plugin that needs a network may fail at first. */
  @Test
  void retriesExecPluginAfterFailure() throws IOException {
    String failsOnce = "cd \"$(dirname \"$0\")\"; test -e works || exit 1";
    Discovery discovery = discover(withProgram(failsOnce));
    assertDown(discovery, "Kubernetes discovery cannot start: ");

    Files.createFile(directory.resolve("works"));

    assertFindsDriver(discovery);
  }

  @Test
  void startsWithoutWaitingForExecPlugin() throws IOException {
    String waits = "cd \"$(dirname \"$0\")\"; until test -e done; do sleep 0.05; done";
    Instant began = Instant.now();
    Discovery discovery = discover(withProgram(waits));
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMillis(1500));
    assertThat(discovery.registry().all()).isEmpty();

    Files.createFile(directory.resolve("done"));

    assertFindsDriver(discovery);
  }

  /** A kubeconfig with a credential plugin that runs this command and then prints a token. */
  private Path withProgram(String command) throws IOException {
    Path program =
        Files.createFile(
            directory.resolve("credentials"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        program,
        """
        #!/bin/sh
        %s
        cat <<EOF
        {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
         "status": {"token": "%s"}}
        EOF
        """
            .formatted(command, token));
    return withUser(
        """
        exec: {apiVersion: client.authentication.k8s.io/v1, command: "%s", interactiveMode: Never}"""
            .formatted(program));
  }

  @Test
  void authenticatesWithClientCertificate() {
    try (StandInCluster standIn = new StandInCluster()) {
      String itsNamespace = standIn.newNamespace();
      Path file = standIn.kubeconfigWithCertificate(itsNamespace, "history");
      standIn.grant(itsNamespace, "history", "list", "watch");
      new Pods(standIn, itsNamespace).runningDriver(ID);
      running = Optional.of(Discovery.ofDriverPods(file));

      assertFindsDriver(running.get());
      assertThat(running.get().statuses())
          .extracting(SourceStatus::scope)
          .containsExactly("namespace " + itsNamespace);
    }
  }

  @Test
  void reportsRejectedToken() throws IOException {
    assertDown(
        discover(withUser("token: \"nobodys\"")),
        "rejects the credentials (401)",
        "see docs/kubernetes.md");
  }

  @Test
  void reportsUnknownContextWithAvailableContexts() {
    assertDown(
        discover(kubeconfig, Optional.of("prod")),
        "Kubernetes discovery cannot start: " + kubeconfig + " has no context prod",
        "it has: [test]");
    assertThat(logged.with("has no context prod")).hasSize(1).first().asString().contains("WARN");
    assertThat(logged.with("\tat ")).isEmpty();
  }

  @Test
  void reportsInvalidKubeconfig() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken"), "contexts: [{name: test\n  x: ]");

    assertDown(discover(broken), "Kubernetes discovery cannot start: ", broken.toString());
    assertThat(logged.with("\tat ")).isEmpty();
  }

  @Test
  void reportsEmptyKubeconfig() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "");

    assertDown(discover(empty), "Kubernetes discovery cannot start: ", empty.toString());
  }

  @Test
  void reportsMissingKubeconfigAndReadsItLater() throws IOException {
    Path missing = directory.resolve("missing");
    Discovery discovery = discover(missing);
    assertDown(discovery, "Kubernetes discovery cannot start: ", missing.toString());

    Files.copy(kubeconfig, missing);

    assertFindsDriver(discovery);
    assertThat(discovery.errors()).isEmpty();
  }

  @Test
  void reportsUntrustedServerCertificate() throws IOException {
    String text = Files.readString(kubeconfig);
    Path file =
        Files.writeString(
            directory.resolve("kubeconfig"),
            text.replaceFirst(", certificate-authority(-data)?: \"[^\"]+\"", ""));

    assertDown(discover(file), "certificate is not trusted");
  }

  private Map<String, String> environment(InClusterFiles files) {
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        files.host(),
        "KUBERNETES_SERVICE_PORT",
        Integer.toString(files.port()));
  }

  @Test
  void readsInClusterConfiguration() {
    InClusterFiles files = cluster.inClusterFiles(directory, namespace, "history");
    running = Optional.of(Discovery.inPod(environment(files), files.directory()));

    assertFindsDriver(running.get());
    assertThat(running.get().statuses())
        .extracting(SourceStatus::scope)
        .containsExactly("namespace " + namespace);
  }

  @Test
  void reportsPodWithoutToken() throws IOException {
    InClusterFiles files = cluster.inClusterFiles(directory, namespace, "history");
    Files.delete(directory.resolve("token"));
    running = Optional.of(Discovery.inPod(environment(files), files.directory()));

    assertDown(
        running.get(),
        "this pod has no service account token at " + directory.resolve("token"),
        "automountServiceAccountToken must be true");
    assertThat(running.get().statuses())
        .extracting(SourceStatus::scope)
        .containsExactly("the cluster of this pod");
  }

  @Test
  void reportsThatProcessRunsInNoPod() {
    running = Optional.of(Discovery.inPod(Map.of(), directory));

    assertDown(running.get(), "this is not a pod (KUBERNETES_SERVICE_HOST and _PORT are not set)");
  }
}
