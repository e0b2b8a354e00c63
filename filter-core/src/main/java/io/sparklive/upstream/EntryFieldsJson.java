// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import io.sparklive.spi.EntryFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the {@link EntryFields} from an entry of a History Server's list. */
public final class EntryFieldsJson {
  // The fields of ApplicationInfo and ApplicationAttemptInfo in api.scala, from 3.5 on.
  private static final Set<String> OF_EVERY_APPLICATION = Set.of("id", "name", "attempts");
  private static final Set<String> OF_EVERY_ATTEMPT =
      Set.of(
          "attemptId",
          "startTime",
          "endTime",
          "lastUpdated",
          "duration",
          "sparkUser",
          "completed",
          "appSparkVersion",
          "startTimeEpoch",
          "endTimeEpoch",
          "lastUpdatedEpoch");

  private final Map<String, String> ofApplication = new LinkedHashMap<>();
  private final Map<String, String> ofAttempt = new LinkedHashMap<>();

  /** Reads one entry to its end. */
  EntryFields read(JsonReader reader) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (name.equals("attempts")) {
        readAttempts(reader);
      } else {
        readValue(name, reader, OF_EVERY_APPLICATION, ofApplication);
      }
    }
    reader.endObject();
    return new EntryFields(
        new ArrayList<>(ofApplication.values()), new ArrayList<>(ofAttempt.values()));
  }

  private void readAttempts(JsonReader reader) throws IOException {
    reader.beginArray();
    while (reader.hasNext()) {
      reader.beginObject();
      while (reader.hasNext()) {
        readValue(reader.nextName(), reader, OF_EVERY_ATTEMPT, ofAttempt);
      }
      reader.endObject();
    }
    reader.endArray();
  }

  private static void readValue(
      String name, JsonReader reader, Set<String> ofEvery, Map<String, String> fields)
      throws IOException {
    String value = emptyValue(reader);
    reader.skipValue();
    if (!ofEvery.contains(name)) {
      fields.put(name, new JsonPrimitive(name) + " : " + value);
    }
  }

  /** Returns an empty value of the next type, as Jackson's pretty printer writes it. */
  private static String emptyValue(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case STRING -> "\"\"";
      case NUMBER -> "0";
      case BOOLEAN -> "false";
      case BEGIN_ARRAY -> "[ ]";
      case BEGIN_OBJECT -> "{ }";
      default -> "null";
    };
  }
}
