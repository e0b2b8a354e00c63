package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Values in what a driver says, of which a user's program may make anything. */
final class Json {
  private Json() {}

  static JsonReader reader(byte[] json) {
    return new JsonReader(
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
  }

  /** A number that is not negative, 0 for {@code null}; one that is too large is the largest. */
  static int count(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return 0;
    }
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, reader.nextDouble()));
  }

  /** A text, empty for {@code null}. */
  static String text(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return "";
    }
    return reader.nextString();
  }
}
