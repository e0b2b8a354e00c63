// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as Spark's REST API writes it, with Jackson's default pretty printer. */
final class JacksonStyle {
  private static final Gson SCALARS = new GsonBuilder().disableHtmlEscaping().create();

  private JacksonStyle() {}

  static String print(JsonElement element) {
    return print(element, "\n");
  }

  private static String print(JsonElement element, String line) {
    if (element instanceof JsonArray array) {
      return array.isEmpty()
          ? "[ ]"
          : StreamSupport.stream(array.spliterator(), false)
              .map(e -> print(e, line))
              .collect(Collectors.joining(", ", "[ ", " ]"));
    }
    if (element instanceof JsonObject object) {
      return object.isEmpty()
          ? "{ }"
          : object.entrySet().stream()
              .map(field -> print(field, line + "  "))
              .collect(Collectors.joining(",", "{", line + "}"));
    }
    return SCALARS.toJson(element);
  }

  private static String print(Map.Entry<String, JsonElement> field, String line) {
    return line + SCALARS.toJson(field.getKey()) + " : " + print(field.getValue(), line);
  }
}
