// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.WebServer;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An answer of {@code /sparkui/-/applications}.
 *
 * @param json all of it
 */
record OverviewResponse(JsonObject json) {
  static final String PATH = "/sparkui/-/applications";

  /** As a server answers it now. */
  static OverviewResponse of(WebServer server, String... headers) {
    return of(server.get(PATH, headers).body());
  }

  static OverviewResponse of(String body) {
    return new OverviewResponse(JsonParser.parseString(body).getAsJsonObject());
  }

  /** Its entries, in its order. */
  List<JsonObject> applications() {
    JsonArray all = json.getAsJsonArray("applications");
    return StreamSupport.stream(all.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  List<String> ids() {
    return applications().stream().map(entry -> entry.get("id").getAsString()).toList();
  }

  /** The entry of an application, where it has one. */
  Optional<JsonObject> application(String id) {
    return applications().stream()
        .filter(entry -> entry.get("id").getAsString().equals(id))
        .findFirst();
  }

  /** How far an application is, where its driver has told. */
  Optional<JsonObject> progress(String id) {
    return application(id).map(entry -> entry.getAsJsonObject("progress"));
  }
}
