// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/**
 * The entries in which an API server records the writer of each field. They are about half of the
 * volume of a pod, and metadata-only responses contain them too.
 */
final class ManagedFields {
  private static final String[] KEYS = {"name", "containerPort", "mountPath", "key", "ip"};
  private static final Gson JSON = new Gson();

  private ManagedFields() {}

  /** The {@code managedFields} of a pod that was made from this manifest, as JSON text. */
  static String of(JsonObject manifest, String time) {
    StringBuilder out = new StringBuilder(6000);
    out.append("[{\"manager\":\"okhttp\",\"operation\":\"Update\",\"apiVersion\":\"v1\",\"time\":")
        .append('"')
        .append(time)
        .append("\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:metadata\":");
    JsonObject metadata = manifest.getAsJsonObject("metadata");
    JsonObject labels = new JsonObject();
    labels.add("labels", metadata.has("labels") ? metadata.get("labels") : new JsonObject());
    fields(labels, out);
    out.append(",\"f:spec\":");
    fields(manifest.get("spec"), out);
    return out.append("}}]").toString();
  }

  private static void fields(JsonElement value, StringBuilder out) {
    out.append('{');
    if (value.isJsonObject()) {
      String comma = "";
      for (String name : value.getAsJsonObject().keySet()) {
        out.append(comma).append(JSON.toJson("f:" + name)).append(':');
        fields(value.getAsJsonObject().get(name), out);
        comma = ",";
      }
    } else if (value.isJsonArray() && isList(value.getAsJsonArray())) {
      out.append("\".\":{}");
      for (JsonElement item : value.getAsJsonArray()) {
        out.append(',').append(JSON.toJson("k:" + key(item.getAsJsonObject()))).append(':');
        fields(item, out);
      }
    }
    out.append('}');
  }

  private static boolean isList(JsonArray array) {
    return !array.isEmpty() && array.get(0).isJsonObject();
  }

  private static String key(JsonObject item) {
    JsonObject key = new JsonObject();
    for (String name : KEYS) {
      if (item.has(name)) {
        key.add(name, item.get(name));
        break;
      }
    }
    return key.toString();
  }
}
