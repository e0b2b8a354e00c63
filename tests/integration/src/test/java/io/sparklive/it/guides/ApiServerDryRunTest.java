// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Applies the rendered objects to a real API server without effect (server-side dry run), which
 * checks values too. The system property {@code kubernetes.test.kubeconfig} names an
 * administrator's kubeconfig. The test also needs {@code kubectl}.
 */
@Tag("cluster")
class ApiServerDryRunTest {
  static final List<String> MODES = Kustomizations.BASES;
  private static final String NAMESPACE = "dry-run-" + UUID.randomUUID().toString().substring(0, 8);

  // An API server of Kubernetes 1.20 has neither.
  private static final Set<String> NEWER = Set.of("policy/v1", "autoscaling/v2");
  private static String kubeconfig;
  private static Set<String> served;
  @TempDir Path directory;

  @BeforeAll
  static void connect() {
    kubeconfig = System.getProperty("kubernetes.test.kubeconfig", "");
    assumeTrue(
        !kubeconfig.isBlank(),
        "needs a real API server: -Dkubernetes.test.kubeconfig=<an administrator's kubeconfig>");
    Kubectl.isNeeded();
    served = Set.of(done("api-versions").split("\\s+"));
    done("create", "namespace", NAMESPACE);
  }

  @AfterAll
  static void deleteTheNamespace() {
    if (served != null) {
      done("delete", "namespace", NAMESPACE, "--wait=false");
    }
  }

  @ParameterizedTest
  @FieldSource("MODES")
  void acceptsBaseWithEachComponent(String base) throws IOException {
    assertTaken(Kustomizations.yaml(base));
    for (String component : Kustomizations.components()) {
      assertTaken(Kustomizations.yaml(base, component));
    }
  }

  @ParameterizedTest
  @FieldSource("MODES")
  void acceptsChartWithEveryValueSet(String mode) throws IOException {
    String values = "mode: " + mode + "\n" + AllChartValues.of(mode);
    assertTaken(Chart.yamlWithTest(values, directory));
  }

  @Test
  void acceptsMinioExample() throws IOException {
    assertTaken(Kubectl.kustomize(Kustomizations.DIRECTORY.resolve("examples/minio")));
  }

  @Test
  void rejectsInvalidObject() throws IOException {
    Kubectl.Run run = applied(Kustomizations.yaml("war").replaceFirst("name: tmp", "name: other"));

    assertThat(run.status()).isNotZero();
  }

  private void assertTaken(String yaml) throws IOException {
    Kubectl.Run run = applied(yaml);

    assertThat(run.status()).as("%s", run.errors()).isZero();
    assertThat(run.output()).contains("deployment.apps/").contains("(server dry run)");
  }

  /**
   * All objects in one existing namespace, without the kinds that this API server does not have.
   */
  private Kubectl.Run applied(String yaml) throws IOException {
    String objects =
        Arrays.stream(yaml.split("(?m)^---$"))
            .filter(
                object ->
                    NEWER.stream()
                        .noneMatch(
                            version ->
                                !served.contains(version)
                                    && object.contains("\napiVersion: " + version + "\n")))
            .collect(Collectors.joining("---\n"));
    Path file = directory.resolve("objects.yaml");
    Files.writeString(
        file, objects.replaceAll("(?m)^( +)namespace: .*$", "$1namespace: " + NAMESPACE));
    return run("apply", "--dry-run=server", "-f", file.toString());
  }

  private static String done(String... arguments) {
    Kubectl.Run run = run(arguments);
    assertThat(run.status()).as("%s", run.errors()).isZero();
    return run.output();
  }

  private static Kubectl.Run run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--kubeconfig=" + kubeconfig;
    return Kubectl.run(all);
  }
}
