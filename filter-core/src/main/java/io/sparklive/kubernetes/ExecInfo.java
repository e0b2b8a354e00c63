// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sets the variable {@code KUBERNETES_EXEC_INFO}, in which a credential plugin (exec) finds the
 * version of the API and, with {@code provideClusterInfo}, the cluster. The official client does
 * not set it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/config-api/client-authentication.v1/">Kubernetes:
 *     Client authentication (v1)</a>
 */
final class ExecInfo {
  private static final String EXTENSION = "client.authentication.k8s.io/exec";
  private static final Set<String> COPIED_FIELDS =
      Set.of(
          "server",
          "tls-server-name",
          "insecure-skip-tls-verify",
          "proxy-url",
          "disable-compression");

  private ExecInfo() {}

  /** Adds the variable to the environment of the credential plugin, if the user has one. */
  @SuppressWarnings("unchecked") // YAML
  static void addTo(KubeconfigFile file) throws IOException {
    if (!(file.user().get("exec") instanceof Map<?, ?> exec)) {
      return;
    }
    List<Object> variables = new ArrayList<>();
    if (exec.get("env") instanceof List<?> env) {
      variables.addAll(env);
    }
    variables.add(new HashMap<>(Map.of("name", "KUBERNETES_EXEC_INFO", "value", of(file, exec))));
    ((Map<String, Object>) exec).put("env", variables);
  }

  private static String of(KubeconfigFile file, Map<?, ?> exec) throws IOException {
    JsonObject spec = new JsonObject();
    spec.addProperty("interactive", false);
    if (Boolean.TRUE.equals(exec.get("provideClusterInfo"))) {
      spec.add("cluster", cluster(file));
    }
    JsonObject info = new JsonObject();
    info.addProperty("kind", "ExecCredential");
    info.addProperty("apiVersion", String.valueOf(exec.get("apiVersion")));
    info.add("spec", spec);
    return info.toString();
  }

  private static JsonObject cluster(KubeconfigFile file) throws IOException {
    Gson gson = new Gson();
    Map<String, Object> fields = new HashMap<>(file.cluster());
    fields.keySet().retainAll(COPIED_FIELDS);
    JsonObject cluster = gson.toJsonTree(fields).getAsJsonObject();
    byte[] authority =
        file.config()
            .getDataOrFileRelative(
                file.config().getCertificateAuthorityData(),
                file.config().getCertificateAuthorityFile());
    if (authority != null) {
      cluster.addProperty(
          "certificate-authority-data", Base64.getEncoder().encodeToString(authority));
    }
    if (file.cluster().get("extensions") instanceof List<?> extensions) {
      extensions.stream()
          .filter(entry -> entry instanceof Map<?, ?> map && EXTENSION.equals(map.get("name")))
          .findFirst()
          .ifPresent(
              entry ->
                  cluster.add("config", gson.toJsonTree(((Map<?, ?>) entry).get("extension"))));
    }
    return cluster;
  }
}
