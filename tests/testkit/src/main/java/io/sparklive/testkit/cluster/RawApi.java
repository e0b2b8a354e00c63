// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** Sends requests for pods to an API server as any client could, to test the server itself. */
final class RawApi {
  static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  static final String WHOLE = "application/json";

  private final ApiAccess access;
  private final HttpClient client;

  RawApi(Path kubeconfig) {
    this(ApiAccess.of(kubeconfig));
  }

  RawApi(ApiAccess access) {
    this.access = access;
    client = access.client();
  }

  /** A response. */
  record ApiResponse(int status, HttpResponse<String> http) {
    JsonObject json() {
      return JsonParser.parseString(http.body()).getAsJsonObject();
    }

    String text(String member) {
      return json().get(member).getAsString();
    }

    /** A member of the metadata; empty if it is missing. */
    String metadata(String member) {
      JsonElement value = json().getAsJsonObject("metadata").get(member);
      return value == null ? "" : value.getAsString();
    }

    List<JsonObject> items() {
      JsonElement items = json().get("items");
      return items.isJsonNull()
          ? List.of()
          : StreamSupport.stream(items.getAsJsonArray().spliterator(), false)
              .map(JsonElement::getAsJsonObject)
              .toList();
    }

    List<String> names() {
      return items().stream().map(PodManifests::name).toList();
    }
  }

  /** The path of the pods of a namespace. */
  static String pods(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  ApiResponse get(String pathAndQuery) throws IOException {
    return get(pathAndQuery, WHOLE);
  }

  ApiResponse get(String pathAndQuery, String accept) throws IOException {
    HttpResponse<String> response = send(request(pathAndQuery, accept), BodyHandlers.ofString());
    return new ApiResponse(response.statusCode(), response);
  }

  /** Opens a watch; returns when its headers have arrived. */
  WatchReader watch(String pathAndQuery, String accept) throws IOException {
    return new WatchReader(send(request(pathAndQuery, accept), BodyHandlers.ofLines()));
  }

  private HttpRequest request(String pathAndQuery, String accept) {
    return access
        .request(pathAndQuery)
        .header("Accept", accept)
        .header("User-Agent", "contract/1")
        .build();
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException {
    try {
      return client.send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
