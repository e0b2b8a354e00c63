// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Set;

/** Writes to a real API server with an administrator's credentials. */
final class AdminApi {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final ApiAccess access;
  private final HttpClient client;

  AdminApi(Path kubeconfig) {
    access = ApiAccess.of(kubeconfig);
    client = access.client();
  }

  ApiAccess access() {
    return access;
  }

  /** Creates a new object. */
  JsonObject create(String path, JsonObject body) {
    return send("POST", path, "application/json", body, Set.of());
  }

  /** Creates an object unless it exists. */
  JsonObject ensure(String path, JsonObject body) {
    return send("POST", path, "application/json", body, Set.of(CONFLICT));
  }

  /** Creates or replaces an object. */
  JsonObject put(String path, JsonObject body) {
    return send("PUT", path, "application/json", body, Set.of());
  }

  /** Merges this into an object (RFC 7396). */
  JsonObject patch(String path, JsonObject body) {
    return send("PATCH", path, "application/merge-patch+json", body, Set.of());
  }

  /** Deletes an object. */
  void delete(String path, int graceSeconds) {
    send("DELETE", path, "application/json", grace(graceSeconds), Set.of());
  }

  /** Deletes an object unless it is gone or being deleted. */
  void clear(String path) {
    send("DELETE", path, "application/json", grace(0), Set.of(NOT_FOUND, CONFLICT));
  }

  private static JsonObject grace(int seconds) {
    JsonObject options = new JsonObject();
    options.addProperty("gracePeriodSeconds", seconds);
    return options;
  }

  private JsonObject send(
      String method, String path, String type, JsonObject body, Set<Integer> alsoGood) {
    try {
      HttpResponse<String> response =
          client.send(
              access
                  .request(path)
                  .header("Content-Type", type)
                  .method(method, BodyPublishers.ofString(body.toString()))
                  .build(),
              BodyHandlers.ofString());
      if (response.statusCode() >= 400 && !alsoGood.contains(response.statusCode())) {
        throw new IllegalStateException(method + " " + path + ": " + response.body());
      }
      return JsonParser.parseString(response.body()).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
