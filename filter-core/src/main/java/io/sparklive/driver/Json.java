// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads values of a driver's JSON, which a user's program may fill with anything. */
final class Json {
  private Json() {}

  static JsonReader reader(byte[] json) {
    return new JsonReader(
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
  }

  /** Reads a number as a count from 0 to the largest {@code int}; {@code null} is 0. */
  static int count(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return 0;
    }
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, reader.nextDouble()));
  }

  /** Reads a text; {@code null} is empty. */
  static String text(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return "";
    }
    return reader.nextString();
  }
}
