// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.NetworkingV1Api;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1SubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SubjectAccessReviewSpec;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import okhttp3.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files under {@code docs/kubernetes}, applied to a real API server: the permissions of the
 * History Server there. The system property {@code kubernetes.test.kubeconfig} names a kubeconfig
 * of an administrator.
 */
@Tag("cluster")
class KubernetesPermissionsTest {
  private static final List<String> VERBS =
      List.of(
          "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*");
  private static final List<String> RESOURCES =
      List.of(
          "pods",
          "pods/log",
          "pods/exec",
          "pods/status",
          "secrets",
          "configmaps",
          "services",
          "serviceaccounts",
          "namespaces",
          "*");

  private final String unique = "rights-" + UUID.randomUUID().toString().substring(0, 8);
  private final String home = unique + "-home";
  private final String jobs = unique + "-jobs";
  private final String elsewhere = unique + "-elsewhere";
  private ApiClient client;

  @BeforeEach
  void makeNamespaces() throws Exception {
    String kubeconfig = System.getProperty("kubernetes.test.kubeconfig", "");
    assumeTrue(
        !kubeconfig.isBlank(),
        "needs a real API server: -Dkubernetes.test.kubeconfig=<an administrator's kubeconfig>");
    Path file = Path.of(kubeconfig);
    try (Reader text = Files.newBufferedReader(file)) {
      KubeConfig config = KubeConfig.loadKubeConfig(text);
      config.setFile(file.toFile());
      client = ClientBuilder.kubeconfig(config).build();
    }
    for (String namespace : List.of(home, jobs, elsewhere)) {
      new CoreV1Api(client)
          .createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(namespace)))
          .execute();
    }
  }

  @AfterEach
  void deleteEverything() throws Exception {
    if (client == null) {
      return;
    }
    RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(client);
    run(rbac.deleteClusterRoleBinding(unique).buildCall(null));
    run(rbac.deleteClusterRole(unique).buildCall(null));
    run(rbac.deleteCollectionNamespacedRoleBinding(jobs).buildCall(null));
    run(rbac.deleteCollectionNamespacedRole(jobs).buildCall(null));
    for (String namespace : List.of(home, jobs, elsewhere)) {
      run(new CoreV1Api(client).deleteNamespace(namespace).buildCall(null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rbac-namespaced.yaml, false, get list watch",
    "rbac-namespaced-without-client-mode.yaml, false, list watch",
    "rbac-cluster.yaml, true, get list watch",
    "rbac-cluster-without-client-mode.yaml, true, list watch"
  })
  void grantsOnlyRequiredPermissions(String file, boolean everywhere, String verbs)
      throws Exception {
    assertThat(allowed(jobs)).isEmpty();

    for (KubernetesObject object : KubernetesFiles.objects(withUniqueNames(file))) {
      apply(object);
    }

    Set<String> least = new TreeSet<>();
    for (String verb : verbs.split(" ")) {
      least.add(verb + " pods");
    }
    // New roles take effect a moment later.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(allowed(jobs)).isEqualTo(least));
    assertThat(allowed(elsewhere)).isEqualTo(everywhere ? least : Set.of());
    assertThat(mayDo("list", "pods", "")).isEqualTo(everywhere);
    assertThat(mayDo("watch", "pods", "")).isEqualTo(everywhere);
  }

  @Test
  void acceptsNetworkPolicies() throws Exception {
    for (String file : KubernetesFiles.names()) {
      if (file.startsWith("network-policy")) {
        for (KubernetesObject policy : KubernetesFiles.objects(withUniqueNames(file))) {
          apply(policy);
        }
      }
    }
    assertThat(new NetworkingV1Api(client).listNamespacedNetworkPolicy(jobs).execute().getItems())
        .hasSize(2);
  }

  /** The file with names that are unique to this test. */
  private String withUniqueNames(String file) throws IOException {
    return KubernetesFiles.text(file)
        .replace("namespace: spark-jobs", "namespace: " + jobs)
        .replaceAll("namespace: spark(?=\\n)", "namespace: " + home)
        .replace("name: spark-live-history", "name: " + unique);
  }

  private void apply(KubernetesObject object) throws ApiException {
    RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(client);
    String namespace = object.getMetadata().getNamespace();
    if (object instanceof V1ServiceAccount account) {
      assertThat(namespace).isEqualTo(home);
      new CoreV1Api(client).createNamespacedServiceAccount(namespace, account).execute();
    } else if (object instanceof V1Role role) {
      rbac.createNamespacedRole(namespace, role).execute();
    } else if (object instanceof V1RoleBinding binding) {
      rbac.createNamespacedRoleBinding(namespace, binding).execute();
    } else if (object instanceof V1ClusterRole role) {
      rbac.createClusterRole(role).execute();
    } else if (object instanceof V1ClusterRoleBinding binding) {
      rbac.createClusterRoleBinding(binding).execute();
    } else if (object instanceof V1NetworkPolicy policy) {
      new NetworkingV1Api(client).createNamespacedNetworkPolicy(namespace, policy).execute();
    } else {
      fail("unexpected kind %s", object.getKind());
    }
  }

  /** The requests, of all that the test tries, that the service account may send in a namespace. */
  private Set<String> allowed(String namespace) throws ApiException {
    Set<String> allowed = new TreeSet<>();
    for (String resource : RESOURCES) {
      for (String verb : VERBS) {
        if (mayDo(verb, resource, namespace)) {
          allowed.add(verb + " " + resource);
        }
      }
    }
    return allowed;
  }

  private boolean mayDo(String verb, String resource, String namespace) throws ApiException {
    String[] parts = resource.split("/", 2);
    V1ResourceAttributes attributes =
        new V1ResourceAttributes().namespace(namespace).verb(verb).group("").resource(parts[0]);
    if (parts.length > 1) {
      attributes.subresource(parts[1]);
    }
    return new AuthorizationV1Api(client)
        .createSubjectAccessReview(
            new V1SubjectAccessReview()
                .spec(
                    new V1SubjectAccessReviewSpec()
                        .user("system:serviceaccount:" + home + ":history")
                        .resourceAttributes(attributes)))
        .execute()
        .getStatus()
        .getAllowed();
  }

  /** Ignores the response: to a deletion, it depends on the version. */
  private static void run(Call call) throws IOException {
    call.execute().close();
  }
}
