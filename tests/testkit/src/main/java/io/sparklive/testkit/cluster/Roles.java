// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/**
 * The permissions of service accounts for pods of a real cluster. Each account has one role and one
 * binding per namespace, and one cluster role if it has permissions everywhere.
 */
final class Roles {
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

  private final AdminApi api;
  private final Map<Grant, Set<String>> granted = new ConcurrentHashMap<>();

  /**
   * A grant.
   *
   * @param namespace the only one that it applies to; empty for all
   */
  private record Grant(String namespace, String home, String serviceAccount) {
    String name() {
      return home + "-" + serviceAccount;
    }

    String kind() {
      return namespace.isEmpty() ? "ClusterRole" : "Role";
    }

    String path(String kind) {
      return namespace.isEmpty()
          ? RBAC + "/cluster" + kind + "/" + name()
          : RBAC + "/namespaces/" + namespace + "/" + kind + "/" + name();
    }
  }

  Roles(AdminApi api) {
    this.api = api;
  }

  /** Grants these permissions in addition; returns when they are in force. */
  void grant(String namespace, String home, String serviceAccount, String... verbs) {
    Grant grant = new Grant(namespace, home, serviceAccount);
    Set<String> all = granted.computeIfAbsent(grant, key -> new TreeSet<>());
    all.addAll(Arrays.asList(verbs));
    String role =
        """
        {"metadata": {"name": "%s"},
         "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["%s"]}]}
        """
            .formatted(grant.name(), String.join("\",\"", all));
    String binding =
        """
        {"metadata": {"name": "%1$s"},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "%2$s", "name": "%1$s"},
         "subjects": [{"kind": "ServiceAccount", "namespace": "%3$s", "name": "%4$s"}]}
        """
            .formatted(grant.name(), grant.kind(), home, serviceAccount);
    api.put(grant.path("roles"), json(role));
    api.put(grant.path("rolebindings"), json(binding));
    all.forEach(verb -> await(grant, verb, true));
  }

  /** Revokes all permissions; returns when that is in force. */
  void revoke(String namespace, String home, String serviceAccount) {
    Grant grant = new Grant(namespace, home, serviceAccount);
    Set<String> verbs = granted.remove(grant);
    remove(grant);
    boolean elsewhere = granted.containsKey(new Grant("", home, serviceAccount));
    if (verbs != null && !elsewhere) {
      verbs.forEach(verb -> await(grant, verb, false));
    }
  }

  /** Revokes cluster-wide permissions; those of a namespace are deleted with it. */
  void clear() {
    granted.keySet().stream().filter(grant -> grant.namespace().isEmpty()).forEach(this::remove);
  }

  private void remove(Grant grant) {
    api.clear(grant.path("rolebindings"));
    api.clear(grant.path("roles"));
  }

  private void await(Grant grant, String verb, boolean allowed) {
    String review =
        """
        {"spec": {"user": "%s",
          "resourceAttributes": {"namespace": "%s", "verb": "%s", "resource": "pods"}}}
        """
            .formatted(
                ServiceAccountNamespaces.user(grant.home(), grant.serviceAccount()),
                grant.namespace(),
                verb);
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                api.create(REVIEWS, json(review))
                        .getAsJsonObject("status")
                        .get("allowed")
                        .getAsBoolean()
                    == allowed);
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
