package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.DriverSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment that a driver's REST API tells: {@code sparkProperties} is a list of pairs, and a
 * setting that was not set is not in it.
 */
final class Environment {
  private static final String LOGS_EVENTS = "spark.eventLog.enabled";
  private static final Set<String> WANTED = Set.of(LOGS_EVENTS);

  private Environment() {}

  /** The settings in it, or empty where it is no environment. */
  static Optional<DriverSettings> read(byte[] json) {
    try (JsonReader reader =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8))) {
      return properties(reader)
          .map(set -> new DriverSettings(Boolean.parseBoolean(set.get(LOGS_EVENTS))));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
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
    json.beginArray();
    while (json.hasNext()) {
      json.beginArray();
      String name = json.nextString();
      String value = json.nextString();
      json.endArray();
      if (WANTED.contains(name)) {
        wanted.put(name, value.strip());
      }
    }
    json.endArray();
    return wanted;
  }
}
