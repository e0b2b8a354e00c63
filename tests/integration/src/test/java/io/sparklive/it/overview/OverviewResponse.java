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
 * A response of {@code /sparkui/-/applications}.
 *
 * @param json the whole response
 */
record OverviewResponse(JsonObject json) {
  static final String PATH = "/sparkui/-/applications";

  /** The current response of a server. */
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

  /** The entry of an application, if it has one. */
  Optional<JsonObject> application(String id) {
    return applications().stream()
        .filter(entry -> entry.get("id").getAsString().equals(id))
        .findFirst();
  }

  /** The progress of an application, if its driver has reported it. */
  Optional<JsonObject> progress(String id) {
    return application(id).map(entry -> entry.getAsJsonObject("progress"));
  }
}
