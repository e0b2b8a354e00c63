// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentStrategy;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files under {@code docs/kubernetes/kustomize}, rendered by kubectl. */
class KustomizeTest {
  static final List<String> BASES = Kustomizations.BASES;

  @BeforeAll
  static void needsKubectl() {
    Kubectl.isNeeded();
  }

  @ParameterizedTest
  @FieldSource("BASES")
  void rendersSafeAndCompleteBase(String base) {
    RenderedObjects rendered = Kustomizations.rendered(base);

    InstallationCheck.check(rendered);
    assertThat(RbacCheck.namespaces(rendered))
        .containsExactly(ConfiguredParameters.of(rendered).get("jobNamespaces"))
        .containsExactly("spark-jobs");
    assertThat(rendered.all(V1Ingress.class)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void rendersSafeAndCompleteBaseWithEachComponent(String base, String component) {
    String[] components = {component};
    RenderedObjects rendered =
        component.equals("without-client-mode")
            ? RenderedObjects.of(withoutClientMode(Kustomizations.yaml(base, components)))
            : Kustomizations.rendered(base, components);

    InstallationCheck.check(rendered);
  }

  static Stream<Arguments> rendersSafeAndCompleteBaseWithEachComponent() {
    return BASES.stream()
        .flatMap(
            base ->
                Kustomizations.components().stream()
                    .map(component -> Arguments.of(base, component)));
  }

  /** As the comment in the component demands. */
  private static String withoutClientMode(String yaml) {
    return yaml.replaceAll(
            "LIVE_HISTORY_PARAM_JOB_NAMESPACES:",
            "LIVE_HISTORY_PARAM_CLIENT_MODE: \"false\"\n  LIVE_HISTORY_PARAM_JOB_NAMESPACES:")
        .replaceAll(
            "\n( +)(spark[.]io[.]sparklive[.]LiveHistoryFilter[.]param[.])jobNamespaces",
            "\n$1$2clientMode false\n$1$2jobNamespaces");
  }

  @ParameterizedTest
  @FieldSource("BASES")
  void replacesRoleByClusterRoleForAllNamespaces(String base) {
    RenderedObjects rendered = Kustomizations.rendered(base, "all-namespaces");

    assertThat(RbacCheck.namespaces(rendered)).containsExactly("*");
    assertThat(rendered.all(V1Role.class)).isEmpty();
  }

  @Test
  void grantsRightsInAnotherNamespaceToSameAccount() {
    RenderedObjects rendered = Kustomizations.rightsIn("etl");

    assertThat(RbacCheck.namespaces(rendered)).containsExactly("etl");
    assertThat(rendered.only(V1RoleBinding.class).getSubjects())
        .extracting(subject -> subject.getNamespace() + "/" + subject.getName())
        .containsExactly("spark/history");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "ingress-prefix"})
  void terminatesTlsAtIngress(String component) {
    for (String base : BASES) {
      V1Ingress ingress = Kustomizations.rendered(base, component).only(V1Ingress.class);

      String host = ingress.getSpec().getRules().get(0).getHost();
      assertThat(ingress.getSpec().getTls()).hasSize(1);
      assertThat(ingress.getSpec().getTls().get(0).getHosts()).containsExactly(host);
    }
  }

  @ParameterizedTest
  @FieldSource("BASES")
  void stripsAndForwardsIngressPrefix(String base) {
    RenderedObjects rendered = Kustomizations.rendered(base, "ingress-prefix");

    V1Ingress ingress = rendered.only(V1Ingress.class);
    Map<String, String> annotations = ingress.getMetadata().getAnnotations();
    assertThat(annotations)
        .containsEntry("nginx.ingress.kubernetes.io/rewrite-target", "/$2")
        .containsEntry("nginx.ingress.kubernetes.io/x-forwarded-prefix", "/spark");
    assertThat(ingress.getSpec().getRules().get(0).getHttp().getPaths().get(0).getPath())
        .isEqualTo("/spark(/|$)(.*)");
    List<String> options =
        rendered.pod().getContainers().stream()
            .flatMap(container -> Stream.ofNullable(container.getEnv()))
            .flatMap(List::stream)
            .filter(variable -> variable.getName().equals("SPARK_HISTORY_OPTS"))
            .map(V1EnvVar::getValue)
            .toList();
    if (base.equals("plugin")) {
      String host = ingress.getSpec().getRules().get(0).getHost();
      assertThat(options)
          .containsExactly(
              "-Dspark.ui.proxyBase=/spark -Dspark.ui.proxyRedirectUri=https://" + host);
    } else {
      assertThat(options).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "sidecar"})
  void recreatesPodByPatchOfGuide(String base) {
    Document kubernetes = Document.read(Project.ROOT.resolve("docs/kubernetes.md"));
    CodeBlock patch = kubernetes.fragment("kustomization.yaml of an overlay that recreates");

    V1DeploymentStrategy strategy =
        Kustomizations.with(base, patch.text()).only(V1Deployment.class).getSpec().getStrategy();

    assertThat(strategy.getType()).isEqualTo("Recreate");
    assertThat(strategy.getRollingUpdate()).as("invalid with Recreate").isNull();
  }

  @Test
  void addsJarToClassPathOfHistoryServerOnly() {
    RenderedObjects rendered = Kustomizations.rendered("plugin");

    assertThat(rendered.container("history-server").getEnv())
        .contains(new V1EnvVar().name("SPARK_DAEMON_CLASSPATH").value("/plugin/*"));
    assertThat(rendered.pod().getInitContainers().get(0).getCommand())
        .containsExactly("cp", "-r", "/jars/spark4/.", "/plugin/");
  }

  @Test
  void usesCommandOfGuide() {
    List<String> command = Kustomizations.rendered("plugin").container("history-server").getArgs();

    String guide = Project.text(Project.ROOT.resolve("docs/guides/spark-image.md"));
    assertThat(guide.replaceAll(" \\\\\n +", " ")).contains(" " + String.join(" ", command) + "\n");
    assertThat(Kustomizations.rendered("sidecar").container("history-server").getArgs())
        .isEqualTo(command);
  }

  @Test
  void rendersOverlayOfReadme() {
    RenderedObjects rendered = Kustomizations.overlayOfTheReadme();

    InstallationCheck.check(rendered);
    assertThat(rendered.all(V1Ingress.class)).hasSize(1);
    assertThat(rendered.pod().getInitContainers().get(0).getImage())
        .startsWith("registry.example.org/");
    assertThat(rendered.pod().getVolumes())
        .filteredOn(volume -> volume.getName().equals("event-logs"))
        .singleElement()
        .satisfies(
            volume -> {
              assertThat(volume.getEmptyDir()).isNull();
              assertThat(volume.getPersistentVolumeClaim().getClaimName())
                  .isEqualTo("spark-events");
            });
  }
}
