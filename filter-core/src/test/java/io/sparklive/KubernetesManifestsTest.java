// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.error.YAMLException;

/** Compares the files under {@code docs/kubernetes} with {@code docs/kubernetes.md}. */
class KubernetesManifestsTest {
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final String NAME = "spark-live-history";
  private static final Pattern LINK = Pattern.compile("\\]\\((kubernetes/[^)#/]+)\\)");

  @Test
  void parsesAndLinksEveryFile() throws IOException {
    List<String> files = KubernetesFiles.names();
    for (String file : files) {
      assertThat(KubernetesFiles.objects(KubernetesFiles.text(file))).as(file).isNotEmpty();
    }
    String page = Files.readString(KubernetesFiles.DIRECTORY.resolveSibling("kubernetes.md"));
    assertThat(LINK.matcher(page).results().map(link -> link.group(1)))
        .containsOnlyOnceElementsOf(files.stream().map(file -> "kubernetes/" + file).toList())
        .hasSameSizeAs(files);
  }

  @ParameterizedTest
  @CsvSource({
    "rbac-namespaced.yaml, list watch get",
    "rbac-namespaced-without-client-mode.yaml, list watch"
  })
  void grantsLeastPrivilegeInNamespace(String file, String verbs) throws IOException {
    List<KubernetesObject> objects = KubernetesFiles.objects(KubernetesFiles.text(file));

    assertThat(objects).hasSize(3);
    assertServiceAccount(objects.get(0));
    V1Role role = (V1Role) objects.get(1);
    assertThat(role.getMetadata().getName()).isEqualTo(NAME);
    assertThat(role.getMetadata().getNamespace()).isEqualTo("spark-jobs");
    assertRules(role.getRules(), verbs);
    V1RoleBinding binding = (V1RoleBinding) objects.get(2);
    assertThat(binding.getMetadata().getNamespace()).isEqualTo("spark-jobs");
    assertBinds(binding.getSubjects(), binding.getRoleRef(), "Role");
  }

  @ParameterizedTest
  @CsvSource({
    "rbac-cluster.yaml, list watch get",
    "rbac-cluster-without-client-mode.yaml, list watch"
  })
  void grantsLeastPrivilegeInCluster(String file, String verbs) throws IOException {
    List<KubernetesObject> objects = KubernetesFiles.objects(KubernetesFiles.text(file));

    assertThat(objects).hasSize(3);
    assertServiceAccount(objects.get(0));
    V1ClusterRole role = (V1ClusterRole) objects.get(1);
    assertThat(role.getMetadata().getName()).isEqualTo(NAME);
    assertThat(role.getAggregationRule()).isNull();
    assertRules(role.getRules(), verbs);
    V1ClusterRoleBinding binding = (V1ClusterRoleBinding) objects.get(2);
    assertBinds(binding.getSubjects(), binding.getRoleRef(), "ClusterRole");
  }

  @Test
  void grantsLogsInNamespaceAndCluster() throws IOException {
    V1Role role =
        (V1Role)
            KubernetesFiles.objects(KubernetesFiles.text("rbac-namespaced-pod-logs.yaml")).get(0);
    V1ClusterRole clusterRole =
        (V1ClusterRole)
            KubernetesFiles.objects(KubernetesFiles.text("rbac-cluster-pod-logs.yaml")).get(0);

    assertThat(role.getMetadata().getNamespace()).isEqualTo("spark-jobs");
    assertThat(role.getRules())
        .isEqualTo(clusterRole.getRules())
        .containsExactly(rule("pods", "list", "get"), rule("pods/log", "get"));
  }

  private static V1PolicyRule rule(String resource, String... verbs) {
    return new V1PolicyRule()
        .apiGroups(List.of(""))
        .resources(List.of(resource))
        .verbs(List.of(verbs));
  }

  @Test
  void opensDriverPortsInNetworkPolicies() throws IOException {
    for (String file :
        List.of("network-policy-drivers.yaml", "network-policy-history-server.yaml")) {
      List<V1NetworkPolicyPort> ports =
          KubernetesFiles.objects(KubernetesFiles.text(file)).stream()
              .map(V1NetworkPolicy.class::cast)
              .flatMap(KubernetesManifestsTest::ports)
              .filter(port -> port.getPort().equals(new IntOrString(4040)))
              .toList();

      assertThat(ports)
          .as(file)
          .extracting(V1NetworkPolicyPort::getEndPort)
          .containsExactly(null, 4099);
    }
  }

  @Test
  void rejectsUnknownField() throws IOException {
    String text = KubernetesFiles.text("rbac-namespaced.yaml");

    assertThatThrownBy(() -> KubernetesFiles.objects(text.replace("verbs:", "verb:")))
        .isInstanceOf(YAMLException.class)
        .hasMessageContaining("verb");
  }

  private static void assertServiceAccount(KubernetesObject object) {
    assertThat(object).isInstanceOf(V1ServiceAccount.class);
    assertThat(object.getMetadata().getName()).isEqualTo("history");
    assertThat(object.getMetadata().getNamespace()).isEqualTo("spark");
  }

  private static void assertRules(List<V1PolicyRule> rules, String verbs) {
    assertThat(rules)
        .containsExactly(
            new V1PolicyRule()
                .apiGroups(List.of(""))
                .resources(List.of("pods"))
                .verbs(List.of(verbs.split(" "))));
  }

  private static void assertBinds(List<RbacV1Subject> subjects, V1RoleRef role, String kind) {
    assertThat(subjects)
        .containsExactly(
            new RbacV1Subject().kind("ServiceAccount").name("history").namespace("spark"));
    assertThat(role).isEqualTo(new V1RoleRef().apiGroup(RBAC).kind(kind).name(NAME));
  }

  private static Stream<V1NetworkPolicyPort> ports(V1NetworkPolicy policy) {
    return Stream.concat(
        Stream.ofNullable(policy.getSpec().getIngress())
            .flatMap(List::stream)
            .flatMap(rule -> Stream.ofNullable(rule.getPorts()).flatMap(List::stream)),
        Stream.ofNullable(policy.getSpec().getEgress())
            .flatMap(List::stream)
            .flatMap(rule -> Stream.ofNullable(rule.getPorts()).flatMap(List::stream)));
  }
}
