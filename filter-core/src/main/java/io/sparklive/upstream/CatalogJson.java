// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Parses applications and their Spark settings from the responses of a History Server's <a
 * href="https://spark.apache.org/docs/latest/monitoring.html#rest-api">REST API</a>, while they
 * stream.
 */
public final class CatalogJson {
  private CatalogJson() {}

  /**
   * An application with its newest attempt. Spark lists this attempt first, and its status is that
   * of the application.
   *
   * @param id the id in the response
   * @param attempt the id of that attempt, if the application has several
   * @param completed whether its event log is complete
   * @param lastUpdated when the event log last grew
   */
  public record Entry(String id, Optional<String> attempt, boolean completed, Instant lastUpdated) {
    /** Returns the status of the application. */
    public CatalogStatus status() {
      return completed ? CatalogStatus.COMPLETE : CatalogStatus.INCOMPLETE;
    }
  }

  /**
   * Reads a list of applications to its end.
   *
   * @param consumer receives each application
   * @throws IOException if the response is of another kind, or breaks off
   */
  public static void readList(InputStream json, Consumer<Entry> consumer) throws IOException {
    read(
        json,
        reader -> {
          reader.beginArray();
          while (reader.hasNext()) {
            consumer.accept(entry(reader));
          }
          reader.endArray();
          return reader.peek() == JsonToken.END_DOCUMENT;
        });
  }

  /**
   * Reads one application.
   *
   * @throws IOException if the response is of another kind, or breaks off
   */
  public static Entry readEntry(InputStream json) throws IOException {
    return read(json, CatalogJson::entry);
  }

  /**
   * Reads which fields the first entry of a list of applications has; empty if the list has none.
   * The rest of the list is not read.
   *
   * @throws IOException if the response is no list, or breaks off
   */
  public static Optional<EntryFields> readFields(InputStream json) throws IOException {
    return read(
        json,
        reader -> {
          reader.beginArray();
          return reader.hasNext()
              ? Optional.of(new EntryFieldsJson().read(reader))
              : Optional.empty();
        });
  }

  /**
   * Reads the settings from the response for an application's {@code /environment}.
   *
   * @throws IOException if the response is of another kind, or breaks off
   */
  public static Map<String, String> readSettings(InputStream json) throws IOException {
    return read(
        json,
        reader -> {
          Map<String, String> settings = new HashMap<>();
          reader.beginObject();
          while (reader.hasNext()) {
            if (!reader.nextName().equals("sparkProperties")) {
              reader.skipValue();
              continue;
            }
            reader.beginArray();
            while (reader.hasNext()) {
              reader.beginArray();
              settings.put(reader.nextString(), reader.nextString());
              reader.endArray();
            }
            reader.endArray();
          }
          reader.endObject();
          return settings;
        });
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(JsonReader reader) throws IOException;
  }

  private static <T> T read(InputStream json, Parser<T> parser) throws IOException {
    try {
      return parser.parse(new JsonReader(new InputStreamReader(json, StandardCharsets.UTF_8)));
    } catch (IllegalStateException | NumberFormatException e) {
      // Gson throws these for JSON of another kind.
      throw new IOException("not as Spark's REST API has it: " + e.getMessage(), e);
    }
  }

  private static Entry entry(JsonReader reader) throws IOException {
    String id = "";
    List<Entry> attempts = new ArrayList<>(1);
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "id" -> id = reader.nextString();
        case "attempts" -> readAttempts(reader, attempts);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    if (id.isEmpty() || attempts.isEmpty()) {
      throw new IOException("not as Spark's REST API has it: an application without an attempt");
    }
    Entry newest = attempts.get(0);
    return new Entry(id, newest.attempt(), newest.completed(), newest.lastUpdated());
  }

  private static void readAttempts(JsonReader reader, List<Entry> attempts) throws IOException {
    reader.beginArray();
    while (reader.hasNext()) {
      Optional<String> attempt = Optional.empty();
      boolean completed = false;
      long lastUpdated = 0;
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "attemptId" -> attempt = Optional.of(reader.nextString());
          case "completed" -> completed = reader.nextBoolean();
          case "lastUpdatedEpoch" -> lastUpdated = reader.nextLong();
          default -> reader.skipValue();
        }
      }
      reader.endObject();
      attempts.add(new Entry("", attempt, completed, Instant.ofEpochMilli(lastUpdated)));
    }
    reader.endArray();
  }
}
