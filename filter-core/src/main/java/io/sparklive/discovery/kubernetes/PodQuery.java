// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.config.KubernetesSettings;
import io.sparklive.kubernetes.ApiServerClient;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Selects the pods of one watch, and builds the requests for them.
 *
 * @param namespace the namespace, or {@code *} for all
 * @param role the value of the label {@code spark-role}
 * @param fields a field selector; empty for none
 * @param metadataOnly whether specification and status are omitted
 * @param verbs the verbs that discovery needs on these pods
 */
record PodQuery(String namespace, String role, String fields, boolean metadataOnly, String verbs) {
  private static final String JSON = "application/json";
  private static final String METADATA = ";g=meta.k8s.io;v=v1";
  private static final int PAGE = 500;
  private static final int WATCH_SECONDS = 280;

  static PodQuery drivers(String namespace) {
    return new PodQuery(namespace, "driver", "", false, "list and watch");
  }

  /** Executors that have not ended. There may be thousands, and their metadata suffices. */
  static PodQuery executors(String namespace) {
    return new PodQuery(
        namespace,
        "executor",
        "status.phase!=Succeeded,status.phase!=Failed",
        true,
        "get, list and watch");
  }

  /** A page of the list, without a resource version: with one the API server ignores the limit. */
  ApiServerClient.ApiRequest page(String continueToken) {
    Map<String, String> query = selectors();
    query.put("limit", Integer.toString(PAGE));
    if (!continueToken.isEmpty()) {
      query.put("continue", continueToken);
    }
    return request(query, "PartialObjectMetadataList");
  }

  /** The changes since this resource version. */
  ApiServerClient.ApiRequest watch(String version) {
    Map<String, String> query = selectors();
    query.put("watch", "1");
    query.put("allowWatchBookmarks", "true");
    query.put("resourceVersion", version);
    // Random, so that not all watches end at the same moment.
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(40);
    query.put("timeoutSeconds", Integer.toString(seconds));
    return request(query, "PartialObjectMetadata");
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

  /** The namespaces, for messages. */
  String scope() {
    return namespace.equals(KubernetesSettings.ALL) ? "all namespaces" : "namespace " + namespace;
  }

  private ApiServerClient.ApiRequest request(Map<String, String> query, String partial) {
    String path =
        namespace.equals(KubernetesSettings.ALL)
            ? "/api/v1/pods"
            : "/api/v1/namespaces/" + namespace + "/pods";
    String accept = metadataOnly ? JSON + ";as=" + partial + METADATA : JSON;
    return new ApiServerClient.ApiRequest(scope(), verbs, path, query, accept);
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
