// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of Kubernetes objects from a stream. The API server may omit a field or send {@code
 * null}: both read as empty.
 */
public final class LenientJson {
  private LenientJson() {}

  /** Reads the value of one field. */
  @FunctionalInterface
  public interface FieldReader {
    void read(String name) throws IOException;
  }

  /** Reads one element of an array. */
  @FunctionalInterface
  public interface ElementReader {
    void read() throws IOException;
  }

  /** Reads the fields of an object. A value of another kind is skipped. */
  public static void object(JsonReader json, FieldReader field) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    json.beginObject();
    while (json.hasNext()) {
      field.read(json.nextName());
    }
    json.endObject();
  }

  /** Reads the elements of an array. A value of another kind is skipped. */
  public static void array(JsonReader json, ElementReader element) throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      json.skipValue();
      return;
    }
    json.beginArray();
    while (json.hasNext()) {
      element.read();
    }
    json.endArray();
  }

  /** Reads a text, which is empty for {@code null}. */
  public static String text(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return "";
    }
    return json.nextString();
  }

  /** Reads a flag. A value of another kind is false. */
  public static boolean flag(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.BOOLEAN) {
      return json.nextBoolean();
    }
    json.skipValue();
    return false;
  }

  /** Reads a time (RFC 3339), or null if the text is not one. */
  public static @Nullable Instant time(JsonReader json) throws IOException {
    String text = text(json);
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
