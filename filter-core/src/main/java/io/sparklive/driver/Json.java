// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads values of a driver's JSON, which a user's program may fill with anything. */
final class Json {
  private static final String GMT = "GMT";

  private Json() {}

  static JsonReader reader(byte[] json) {
    return new JsonReader(
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
  }

  /** Reads a number as a count from 0 to the largest {@code int}; {@code null} is 0. */
  static int count(JsonReader reader) throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, longCount(reader));
  }

  /** Reads a number as a count from 0 to the largest {@code long}; {@code null} is 0. */
  static long longCount(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return 0;
    }
    return (long) Math.max(0, reader.nextDouble());
  }

  /** Reads a list of counts; any other value is an empty list. */
  static List<Integer> counts(JsonReader reader) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_ARRAY) {
      reader.skipValue();
      return List.of();
    }
    List<Integer> counts = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      counts.add(count(reader));
    }
    reader.endArray();
    return counts;
  }

  /** Reads a text; {@code null} is empty. */
  static String text(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return "";
    }
    return reader.nextString();
  }

  /**
   * Reads a time such as {@code 2026-11-21T19:29:10.878GMT} ({@code JacksonMessageWriter.scala}).
   *
   * @return empty if the text is not such a time
   */
  static Optional<Instant> time(JsonReader reader) throws IOException {
    String text = text(reader);
    if (!text.endsWith(GMT)) {
      return Optional.empty();
    }
    try {
      String local = text.substring(0, text.length() - GMT.length());
      return Optional.of(LocalDateTime.parse(local).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
