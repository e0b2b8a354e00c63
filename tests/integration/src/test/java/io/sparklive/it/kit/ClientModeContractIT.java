// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.sparklive.testkit.NotebookDriver;
import io.sparklive.testkit.NotebookDriver.Session;
import io.sparklive.testkit.NotebookNamespace;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The behaviour of Spark in client mode on Kubernetes on which discovery relies. */
@Tag("spark-contract")
@Tag("cluster")
class ClientModeContractIT {

  private static final String VERSIONS = "io.sparklive.testkit.SparkVersion#underTest";

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void namesDriverInExecutorPodsAndDeletesThemWithSession(SparkVersion version) {
    try (NotebookNamespace namespace = namespace(version);
        NotebookDriver notebook =
            NotebookDriver.builder(version, namespace)
                .driverHost("jupyter-headless")
                .uiPort(0)
                .executors(1)
                .start()) {
      Session first = notebook.startSession("First");
      JsonObject pod = onlyExecutor(namespace, first);
      assertThat(pod.getAsJsonObject("metadata").has("ownerReferences")).isFalse();
      assertThat(labels(pod).get("spark-role").getAsString()).isEqualTo("executor");
      assertThat(labels(pod).get("spark-app-selector").getAsString())
          .isEqualTo(first.applicationId());
      assertThat(driverUrl(pod)).startsWith("spark://CoarseGrainedScheduler@jupyter-headless:");
      assertThat(first.get("/api/v1/applications").body()).contains(first.applicationId());

      notebook.stopSession();
      assertThat(namespace.executors(first.applicationId())).isEmpty();

      Session second = notebook.startSession("Second");
      String left = name(onlyExecutor(namespace, second));
      assertThat(second.applicationId()).isNotEqualTo(first.applicationId());
      notebook.kill();
      assertThat(namespace.executors(second.applicationId())).containsExactly(left);
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void setsOwnerOfExecutorPodsIfDriverPodIsNamed(SparkVersion version) {
    try (NotebookNamespace namespace = namespace(version)) {
      namespace.createPod("jupyter-ada");
      try (NotebookDriver notebook =
          NotebookDriver.builder(version, namespace)
              .driverHost("127.0.0.1")
              .podName("jupyter-ada")
              .uiPort(0)
              .dynamicAllocation()
              .start()) {
        Session session = notebook.startSession("Owned");
        assertThat(namespace.executors(session.applicationId())).isEmpty();

        notebook.startJob();
        await()
            .untilAsserted(
                () -> assertThat(namespace.executors(session.applicationId())).hasSize(2));
        JsonObject pod = namespace.pod(namespace.executors(session.applicationId()).get(0));
        JsonObject owner =
            pod.getAsJsonObject("metadata")
                .getAsJsonArray("ownerReferences")
                .get(0)
                .getAsJsonObject();
        assertThat(owner.get("kind").getAsString()).isEqualTo("Pod");
        assertThat(owner.get("name").getAsString()).isEqualTo("jupyter-ada");
        assertThat(driverUrl(pod)).startsWith("spark://CoarseGrainedScheduler@127.0.0.1:");
      }
    }
  }

  private NotebookNamespace namespace(SparkVersion version) {
    Optional<Path> kubeconfig = NotebookNamespace.kubeconfig();
    assumeThat(kubeconfig)
        .as("needs a real API server: -Dkubernetes.test.kubeconfig=<an administrator's kubeconfig>")
        .isPresent();
    assumeThat(NotebookDriver.isAvailable(version)).as("needs spark-kubernetes").isTrue();
    return new NotebookNamespace(kubeconfig.orElseThrow(), directory);
  }

  private static JsonObject onlyExecutor(NotebookNamespace namespace, Session session) {
    List<String> executors =
        await().until(() -> namespace.executors(session.applicationId()), all -> all.size() == 1);
    return namespace.pod(executors.get(0));
  }

  private static String name(JsonObject pod) {
    return pod.getAsJsonObject("metadata").get("name").getAsString();
  }

  private static JsonObject labels(JsonObject pod) {
    return pod.getAsJsonObject("metadata").getAsJsonObject("labels");
  }

  private static String driverUrl(JsonObject pod) {
    JsonObject container =
        pod.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
    return StreamSupport.stream(container.getAsJsonArray("env").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(variable -> variable.get("name").getAsString().equals("SPARK_DRIVER_URL"))
        .map(variable -> variable.get("value").getAsString())
        .findFirst()
        .orElse("");
  }
}
