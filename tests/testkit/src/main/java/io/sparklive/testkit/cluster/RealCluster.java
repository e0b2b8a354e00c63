// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Kubernetes API server. Its namespaces are deleted at the end. A deleted namespace can
 * remain in the phase {@code Terminating}: for a while, or forever if no controllers run.
 */
public final class RealCluster implements TestCluster {
  private static final String NAMESPACES = "/api/v1/namespaces";

  private final TemporaryDirectory directory;
  private final Path kubeconfig;
  private final AdminApi api;
  private final Roles roles;
  private final Path authorityFile;
  private final ServiceAccountNamespaces homes = new ServiceAccountNamespaces();
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();

  /**
   * Uses the API server of a kubeconfig.
   *
   * @param kubeconfig of a user with a token and all permissions
   */
  public RealCluster(Path kubeconfig) {
    this(kubeconfig, new TemporaryDirectory());
  }

  /** The same, with the directory of its files; {@link #close} deletes it. */
  RealCluster(Path kubeconfig, TemporaryDirectory directory) {
    this.kubeconfig = kubeconfig;
    this.directory = directory;
    api = new AdminApi(kubeconfig);
    roles = new Roles(api);
    authorityFile = directory.write("ca.crt", api.access().authority());
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public Path kubeconfigOf(String namespace, String serviceAccount) {
    return Kubeconfig.withToken(
        directory.path().resolve(namespace + "-" + serviceAccount + ".kubeconfig"),
        api.access().server(),
        authorityFile,
        namespace,
        token(namespace, serviceAccount));
  }

  @Override
  public InClusterFiles inClusterFiles(Path target, String namespace, String serviceAccount) {
    return InClusterFiles.write(
        target,
        api.access().server(),
        api.access().authority(),
        namespace,
        token(namespace, serviceAccount));
  }

  @Override
  public void grant(String namespace, String serviceAccount, String... verbs) {
    roles.grant(namespace, homes.of(namespace, serviceAccount), serviceAccount, verbs);
  }

  @Override
  public void revoke(String namespace, String serviceAccount) {
    roles.revoke(namespace, homes.of(namespace, serviceAccount), serviceAccount);
  }

  @Override
  public void grantEverywhere(
      String serviceAccountNamespace, String serviceAccount, String... verbs) {
    roles.grant("", serviceAccountNamespace, serviceAccount, verbs);
  }

  @Override
  public void revokeEverywhere(String serviceAccountNamespace, String serviceAccount) {
    roles.revoke("", serviceAccountNamespace, serviceAccount);
  }

  @Override
  public String newNamespace() {
    return addNamespace("test-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** Creates a namespace of this name, which must be unused. */
  public String addNamespace(String name) {
    api.create(NAMESPACES, named(name));
    namespaces.add(name);
    return name;
  }

  /** Registers a node with a kubelet that serves logs. */
  public Kubelet addNode() {
    return new Kubelet(api, "node-" + UUID.randomUUID().toString().substring(0, 8));
  }

  @Override
  public JsonObject create(String namespace, JsonObject pod) {
    JsonObject manifest = pod.deepCopy();
    JsonObject metadata = manifest.getAsJsonObject("metadata");
    metadata.remove("uid");
    metadata.remove("creationTimestamp");
    metadata.remove("namespace");
    JsonObject spec = manifest.getAsJsonObject("spec");
    if (!spec.has("nodeName")) {
      // Without a node a pod is deleted at once, even with a grace period.
      spec.addProperty("nodeName", "node-1");
    }
    return api.create(pods(namespace), manifest);
  }

  @Override
  public JsonObject setStatus(String namespace, String pod, JsonObject status) {
    JsonObject patch = new JsonObject();
    patch.add("status", status);
    return api.patch(pods(namespace) + "/" + pod + "/status", patch);
  }

  @Override
  public void delete(String namespace, String pod) {
    api.delete(pods(namespace) + "/" + pod, 0);
  }

  @Override
  public void deleteGracefully(String namespace, String pod, int seconds) {
    api.delete(pods(namespace) + "/" + pod, seconds);
  }

  @Override
  public void close() {
    roles.clear();
    for (String namespace : namespaces) {
      api.clear(pods(namespace));
      api.clear(NAMESPACES + "/" + namespace);
    }
    directory.close();
  }

  private String token(String namespace, String serviceAccount) {
    String accounts = NAMESPACES + "/" + namespace + "/serviceaccounts";
    api.ensure(accounts, named(serviceAccount));
    homes.add(namespace, serviceAccount);
    JsonObject spec = new JsonObject();
    spec.addProperty("expirationSeconds", 3600);
    JsonObject request = new JsonObject();
    request.add("spec", spec);
    return api.create(accounts + "/" + serviceAccount + "/token", request)
        .getAsJsonObject("status")
        .get("token")
        .getAsString();
  }

  private static String pods(String namespace) {
    return NAMESPACES + "/" + namespace + "/pods";
  }

  private static JsonObject named(String name) {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", name);
    JsonObject object = new JsonObject();
    object.add("metadata", metadata);
    return object;
  }
}
