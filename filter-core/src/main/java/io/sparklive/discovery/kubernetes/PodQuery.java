package io.sparklive.discovery.kubernetes;

import io.sparklive.config.KubernetesSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which pods a watch is for.
 *
 * @param namespace where; {@code *} for everywhere
 * @param role the value of the label {@code spark-role}
 * @param fields a field selector; empty for none
 * @param metadataOnly whether specification and status are left out
 * @param needs the verbs that all that is done with these pods takes
 */
record PodQuery(String namespace, String role, String fields, boolean metadataOnly, String needs) {
  private static final String JSON = "application/json";
  private static final String METADATA = ";g=meta.k8s.io;v=v1";
  private static final int PAGE = 500;
  private static final int WATCH_SECONDS = 280;

  static PodQuery drivers(String namespace) {
    return new PodQuery(namespace, "driver", "", false, "list and watch");
  }

  /** Executors that have not ended; of those thousands, the metadata is enough. */
  static PodQuery executors(String namespace) {
    return new PodQuery(
        namespace,
        "executor",
        "status.phase!=Succeeded,status.phase!=Failed",
        true,
        "get, list and watch");
  }

  /** A page of the list; without a version, as the API server ignores the limit with one. */
  ApiServerClient.ApiRequest page(String continuation) {
    Map<String, String> query = selectors();
    query.put("limit", Integer.toString(PAGE));
    if (!continuation.isEmpty()) {
      query.put("continue", continuation);
    }
    return question(query, "PartialObjectMetadataList");
  }

  /** The changes since this version. */
  ApiServerClient.ApiRequest watch(String version) {
    Map<String, String> query = selectors();
    query.put("watch", "1");
    query.put("allowWatchBookmarks", "true");
    query.put("resourceVersion", version);
    // Not all watches at the same moment.
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(40);
    query.put("timeoutSeconds", Integer.toString(seconds));
    return question(query, "PartialObjectMetadata");
  }

  /** One whole pod. */
  static ApiServerClient.ApiRequest pod(String namespace, String name) {
    return new ApiServerClient.ApiRequest(
        "namespace " + namespace,
        "get",
        "/api/v1/namespaces/" + namespace + "/pods/" + name,
        Map.of(),
        JSON);
  }

  /** What it is about, for people. */
  String where() {
    return namespace.equals(KubernetesSettings.ALL) ? "all namespaces" : "namespace " + namespace;
  }

  private ApiServerClient.ApiRequest question(Map<String, String> query, String partial) {
    String path =
        namespace.equals(KubernetesSettings.ALL)
            ? "/api/v1/pods"
            : "/api/v1/namespaces/" + namespace + "/pods";
    String accept = metadataOnly ? JSON + ";as=" + partial + METADATA : JSON;
    return new ApiServerClient.ApiRequest(where(), needs, path, query, accept);
  }

  private Map<String, String> selectors() {
    Map<String, String> query = new HashMap<>();
    query.put("labelSelector", "spark-role=" + role);
    if (!fields.isEmpty()) {
      query.put("fieldSelector", fields);
    }
    return query;
  }
}
