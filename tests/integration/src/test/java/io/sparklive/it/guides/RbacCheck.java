// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asserts that the permissions of an installation are exactly those in {@code
 * docs/kubernetes/rbac-*.yaml}.
 */
final class RbacCheck {
  private RbacCheck() {}

  /** The permissions in the files, by client mode, and by named namespaces or all. */
  static Set<String> documented(boolean everywhere, boolean clientMode) {
    return inFile(everywhere, clientMode ? "" : "-without-client-mode");
  }

  private static Set<String> inFile(boolean everywhere, String suffix) {
    String file = "rbac-%s%s.yaml".formatted(everywhere ? "cluster" : "namespaced", suffix);
    RenderedObjects rendered = RenderedObjects.of(Project.text(Project.KUBERNETES.resolve(file)));
    return allowed(
        everywhere
            ? rendered.only(V1ClusterRole.class).getRules()
            : rendered.only(V1Role.class).getRules());
  }

  private static Set<String> documented(boolean everywhere, boolean clientMode, boolean podLogs) {
    Set<String> documented = new TreeSet<>(documented(everywhere, clientMode));
    if (podLogs) {
      documented.addAll(inFile(everywhere, "-pod-logs"));
    }
    return documented;
  }

  static void check(RenderedObjects rendered, String namespace, String account) {
    boolean clientMode =
        !ConfiguredParameters.of(rendered).getOrDefault("clientMode", "").equals("false");
    boolean podLogs = ConfiguredParameters.of(rendered).getOrDefault("podLogs", "").equals("true");
    RbacV1Subject subject =
        new RbacV1Subject().kind("ServiceAccount").name(account).namespace(namespace);
    for (V1Role role : rendered.all(V1Role.class)) {
      assertThat(allowed(role.getRules())).isEqualTo(documented(false, clientMode, podLogs));
    }
    for (V1ClusterRole role : rendered.all(V1ClusterRole.class)) {
      assertThat(allowed(role.getRules())).isEqualTo(documented(true, clientMode, podLogs));
    }
    for (V1RoleBinding binding : rendered.all(V1RoleBinding.class)) {
      assertThat(binding.getSubjects()).containsExactly(subject);
      V1RoleRef role = binding.getRoleRef();
      assertThat(rendered.has(V1Role.class, binding.getMetadata().getNamespace(), role.getName()))
          .isTrue();
    }
    for (V1ClusterRoleBinding binding : rendered.all(V1ClusterRoleBinding.class)) {
      assertThat(binding.getSubjects()).containsExactly(subject);
      assertThat(rendered.has(V1ClusterRole.class, null, binding.getRoleRef().getName())).isTrue();
    }
  }

  /** The namespaces in which the service account gets permissions; {@code *} for all. */
  static Set<String> namespaces(RenderedObjects rendered) {
    Set<String> namespaces = new TreeSet<>();
    rendered
        .all(V1RoleBinding.class)
        .forEach(binding -> namespaces.add(binding.getMetadata().getNamespace()));
    if (!rendered.all(V1ClusterRoleBinding.class).isEmpty()) {
      namespaces.add("*");
    }
    return namespaces;
  }

  /** The permissions of all roles. */
  static Set<String> granted(RenderedObjects rendered) {
    Set<String> granted = new TreeSet<>();
    rendered.all(V1Role.class).forEach(role -> granted.addAll(allowed(role.getRules())));
    rendered.all(V1ClusterRole.class).forEach(role -> granted.addAll(allowed(role.getRules())));
    return granted;
  }

  private static Set<String> allowed(List<V1PolicyRule> rules) {
    Set<String> allowed = new TreeSet<>();
    for (V1PolicyRule rule : rules) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          rule.getVerbs().forEach(verb -> allowed.add(verb + " " + group + "/" + resource));
        }
      }
    }
    return allowed;
  }
}
