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
 * The environment that a driver's REST API tells: {@code sparkProperties} is a list of pairs, and a
 * setting that was not set is not in it.
 */
final class EnvironmentJson {
  private static final String LOGS_EVENTS = "spark.eventLog.enabled";
  private static final String ADMINS = "spark.admin.acls";
  private static final String ADMIN_GROUPS = "spark.admin.acls.groups";
  private static final String VIEWERS = "spark.ui.view.acls";
  private static final String VIEW_GROUPS = "spark.ui.view.acls.groups";
  private static final String MODIFIERS = "spark.modify.acls";
  private static final String MODIFY_GROUPS = "spark.modify.acls.groups";
  private static final Set<String> WANTED =
      Set.of(LOGS_EVENTS, ADMINS, ADMIN_GROUPS, VIEWERS, VIEW_GROUPS, MODIFIERS, MODIFY_GROUPS);
  // All values together, kept for as long as the application runs; people write no longer ones.
  private static final int LONGEST = 16 * 1024;

  private EnvironmentJson() {}

  /** The settings in it, or empty where it is no environment, or one that is out of all bounds. */
  static Optional<DriverSettings> read(byte[] json) {
    try (JsonReader reader = Json.reader(json)) {
      return properties(reader).map(EnvironmentJson::settings);
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static DriverSettings settings(Map<String, String> set) {
    return new DriverSettings(
        Boolean.parseBoolean(set.getOrDefault(LOGS_EVENTS, "").trim()),
        new AccessLists(
            set.getOrDefault(ADMINS, ""),
            set.getOrDefault(ADMIN_GROUPS, ""),
            set.getOrDefault(VIEWERS, ""),
            set.getOrDefault(VIEW_GROUPS, ""),
            set.getOrDefault(MODIFIERS, ""),
            set.getOrDefault(MODIFY_GROUPS, "")));
  }

  private static Optional<Map<String, String>> properties(JsonReader json) throws IOException {
    Optional<Map<String, String>> found = Optional.empty();
    json.beginObject();
    while (json.hasNext()) {
      if (json.nextName().equals("sparkProperties")) {
        found = Optional.of(wanted(json));
      } else {
        json.skipValue();
      }
    }
    json.endObject();
    return found;
  }

  private static Map<String, String> wanted(JsonReader json) throws IOException {
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
        if (length > LONGEST) {
          throw new IOException("out of all bounds");
        }
        wanted.put(name, value);
      }
    }
    json.endArray();
    return wanted;
  }
}
