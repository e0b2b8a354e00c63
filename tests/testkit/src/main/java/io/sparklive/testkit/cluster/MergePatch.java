// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;

/** Merges one JSON object into another (RFC 7396). */
final class MergePatch {
  private MergePatch() {}

  /** Applies the patch to the target. */
  static void apply(JsonObject patch, JsonObject target) {
    for (Map.Entry<String, JsonElement> each : patch.entrySet()) {
      JsonElement value = each.getValue();
      if (value.isJsonNull()) {
        target.remove(each.getKey());
      } else if (value.isJsonObject()) {
        JsonElement old = target.get(each.getKey());
        JsonObject inner =
            old != null && old.isJsonObject() ? old.getAsJsonObject() : new JsonObject();
        target.add(each.getKey(), inner);
        apply(value.getAsJsonObject(), inner);
      } else {
        target.add(each.getKey(), value.deepCopy());
      }
    }
  }
}
