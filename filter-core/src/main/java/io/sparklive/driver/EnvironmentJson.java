// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.AccessLists;
import io.sparklive.application.DriverSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses the {@code /environment} response of a driver's REST API. {@code sparkProperties} is a
 * list of pairs, and contains only properties that are set.
 */
final class EnvironmentJson {
  private static final String LOGS_EVENTS = "spark.eventLog.enabled";
  private static final String ADMINS = "spark.admin.acls";
  private static final String ADMIN_GROUPS = "spark.admin.acls.groups";
  private static final String VIEWERS = "spark.ui.view.acls";
  private static final String VIEW_GROUPS = "spark.ui.view.acls.groups";
  private static final String MODIFIERS = "spark.modify.acls";
  private static final String MODIFY_GROUPS = "spark.modify.acls.groups";
  private static final String PROXY_BASE = "spark.ui.proxyBase";
  private static final Set<String> WANTED =
      Set.of(
          LOGS_EVENTS,
          ADMINS,
          ADMIN_GROUPS,
          VIEWERS,
          VIEW_GROUPS,
          MODIFIERS,
          MODIFY_GROUPS,
          PROXY_BASE);
  // All values together, kept for as long as the application runs; real lists are shorter.
  private static final int MAX_CHARS = 16 * 1024;

  private EnvironmentJson() {}

  /** The settings; empty if the JSON is not an environment, or its values are too long. */
  static Optional<DriverSettings> read(byte[] json) {
    try (JsonReader reader = Json.reader(json)) {
      return readProperties(reader).map(EnvironmentJson::settings);
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static DriverSettings settings(Map<String, String> properties) {
    return new DriverSettings(
        Boolean.parseBoolean(properties.getOrDefault(LOGS_EVENTS, "").trim()),
        new AccessLists(
            properties.getOrDefault(ADMINS, ""),
            properties.getOrDefault(ADMIN_GROUPS, ""),
            properties.getOrDefault(VIEWERS, ""),
            properties.getOrDefault(VIEW_GROUPS, ""),
            properties.getOrDefault(MODIFIERS, ""),
            properties.getOrDefault(MODIFY_GROUPS, "")),
        Optional.ofNullable(properties.get(PROXY_BASE)).filter(base -> !base.isEmpty()));
  }

  private static Optional<Map<String, String>> readProperties(JsonReader json) throws IOException {
    Optional<Map<String, String>> found = Optional.empty();
    json.beginObject();
    while (json.hasNext()) {
      if (json.nextName().equals("sparkProperties")) {
        found = Optional.of(readWanted(json));
      } else {
        json.skipValue();
      }
    }
    json.endObject();
    return found;
  }

  private static Map<String, String> readWanted(JsonReader json) throws IOException {
    Map<String, String> wanted = new HashMap<>();
    int length = 0;
    json.beginArray();
    while (json.hasNext()) {
      json.beginArray();
      String name = json.nextString();
      String value = json.nextString();
      json.endArray();
      if (WANTED.contains(name)) {
        length += value.length();
        if (length > MAX_CHARS) {
          throw new IOException("out of all bounds");
        }
        wanted.put(name, value);
      }
    }
    json.endArray();
    return wanted;
  }
}
