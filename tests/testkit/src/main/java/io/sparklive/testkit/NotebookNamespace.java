// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.Response;

/**
 * A namespace of its own in a real Kubernetes API, for notebooks. It has a service account for them
 * and one for the History Server. The test does the work of a kubelet.
 *
 * <p>Only the API of the cluster is used. Pods and namespace are deleted at the end.
 */
public final class NotebookNamespace implements AutoCloseable {

  private static final String JSON = "application/json";
  private static final String NOTEBOOK = "notebook";
  private static final String HISTORY = "history";

  private final ApiClient api;
  private final String name;
  private final Path caFile;
  private final String notebookToken;
  private final Path historyKubeconfig;

  /**
   * Creates the namespace.
   *
   * @param kubeconfig of an administrator
   * @param directory the target of a CA certificate and a kubeconfig
   * @throws IllegalStateException if the API server denies it
   */
  public NotebookNamespace(Path kubeconfig, Path directory) {
    try (Reader text = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(text);
      config.setFile(kubeconfig.toFile());
      api = ClientBuilder.kubeconfig(config).build();
      caFile =
          Files.write(
              directory.resolve("ca.crt"),
              config.getDataOrFileRelative(
                  config.getCertificateAuthorityData(), config.getCertificateAuthorityFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    name = "notebooks-" + UUID.randomUUID().toString().substring(0, 8);
    send("POST", "/api/v1/namespaces", metadata(name));
    // The permissions for a driver in Spark's own documentation.
    notebookToken =
        serviceAccount(
            NOTEBOOK,
            "[\"pods\", \"configmaps\", \"services\", \"persistentvolumeclaims\"]",
            "[\"*\"]");
    historyKubeconfig = directory.resolve("history.kubeconfig");
    writeKubeconfig(serviceAccount(HISTORY, "[\"pods\"]", "[\"list\", \"watch\", \"get\"]"));
  }

  /** The kubeconfig in {@code -Dkubernetes.test.kubeconfig}, if it is set. */
  public static Optional<Path> kubeconfig() {
    return Optional.ofNullable(System.getProperty("kubernetes.test.kubeconfig"))
        .filter(text -> !text.isBlank())
        .map(Path::of);
  }

  /** Its name, unused before. */
  public String name() {
    return name;
  }

  /** The URL of the API server. */
  public String server() {
    return api.getBasePath();
  }

  /** The certificate of the authority that signed the API server's own. */
  public Path caFile() {
    return caFile;
  }

  /** The token of a service account with the permissions of drivers here. */
  public String notebookToken() {
    return notebookToken;
  }

  /** A kubeconfig of a service account that may list, watch and get pods here, and nothing else. */
  public Path historyKubeconfig() {
    return historyKubeconfig;
  }

  /** Creates a pod that no kubelet runs, such as that of a notebook. */
  public void createPod(String pod) {
    JsonObject manifest = metadata(pod);
    manifest.add(
        "spec", parsed("{\"containers\": [{\"name\": \"notebook\", \"image\": \"any\"}]}"));
    send("POST", pods(""), manifest);
    setPhase(pod, "Running");
  }

  /** The names of an application's executor pods. */
  public List<String> executors(String applicationId) {
    String selector = "?labelSelector=spark-role%3Dexecutor,spark-app-selector%3D" + applicationId;
    return items(send("GET", pods(selector), null))
        .map(pod -> pod.getAsJsonObject("metadata").get("name").getAsString())
        .sorted()
        .toList();
  }

  /** The pod as the API server has it. */
  public JsonObject pod(String pod) {
    return send("GET", pods("/" + pod), null);
  }

  /** Reports a phase of a pod as its kubelet would: {@code Running}, {@code Failed}. */
  public void setPhase(String pod, String phase) {
    send(
        "PATCH",
        pods("/" + pod + "/status"),
        parsed("{\"status\": {\"phase\": \"%s\", \"podIP\": \"127.0.0.1\"}}".formatted(phase)));
  }

  /** Deletes a pod at once. */
  public void delete(String pod) {
    send("DELETE", pods("/" + pod + "?gracePeriodSeconds=0"), null);
  }

  /** Deletes its pods and the namespace. No application may run in it any longer. */
  @Override
  public void close() {
    send("DELETE", pods("?gracePeriodSeconds=0"), null);
    send("DELETE", "/api/v1/namespaces/" + name, null);
  }

  /** Creates a service account with a role, and returns its token. */
  private String serviceAccount(String account, String resources, String verbs) {
    send("POST", "/api/v1/namespaces/" + name + "/serviceaccounts", metadata(account));
    JsonObject role = metadata(account);
    role.add(
        "rules",
        JsonParser.parseString(
            "[{\"apiGroups\": [\"\"], \"resources\": %s, \"verbs\": %s}]"
                .formatted(resources, verbs)));
    send("POST", rbac("roles"), role);
    JsonObject binding = metadata(account);
    binding.add(
        "roleRef",
        parsed(
            "{\"apiGroup\": \"rbac.authorization.k8s.io\", \"kind\": \"Role\", \"name\": \"%s\"}"
                .formatted(account)));
    binding.add(
        "subjects",
        JsonParser.parseString(
            "[{\"kind\": \"ServiceAccount\", \"name\": \"%s\", \"namespace\": \"%s\"}]"
                .formatted(account, name)));
    send("POST", rbac("rolebindings"), binding);
    return send(
            "POST",
            "/api/v1/namespaces/%s/serviceaccounts/%s/token".formatted(name, account),
            parsed("{\"spec\": {\"expirationSeconds\": 3600}}"))
        .getAsJsonObject("status")
        .get("token")
        .getAsString();
  }

  private void writeKubeconfig(String token) {
    try {
      Files.writeString(
          historyKubeconfig,
          """
          apiVersion: v1
          kind: Config
          current-context: test
          contexts: [{name: test, context: {cluster: test, user: history}}]
          clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
          users: [{name: history, user: {token: "%s"}}]
          """
              .formatted(server(), caFile, token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String pods(String rest) {
    return "/api/v1/namespaces/" + name + "/pods" + rest;
  }

  private String rbac(String what) {
    return "/apis/rbac.authorization.k8s.io/v1/namespaces/" + name + "/" + what;
  }

  private static JsonObject metadata(String name) {
    return parsed("{\"metadata\": {\"name\": \"%s\"}}".formatted(name));
  }

  private static JsonObject parsed(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static Stream<JsonObject> items(JsonObject list) {
    return StreamSupport.stream(list.getAsJsonArray("items").spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  private JsonObject send(String method, String path, JsonObject body) {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : JSON;
    HashMap<String, String> headers = new HashMap<>();
    headers.put("Accept", JSON);
    headers.put("Content-Type", type);
    try (Response response =
        api.buildCall(
                null,
                path,
                method,
                List.of(),
                List.of(),
                body,
                headers,
                new HashMap<>(),
                new HashMap<>(),
                new String[] {"BearerToken"},
                null)
            .execute()) {
      String json = response.body().string();
      if (!response.isSuccessful()) {
        throw new IllegalStateException(method + " " + path + ": " + json);
      }
      return parsed(json);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (ApiException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }
}
