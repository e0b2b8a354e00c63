// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.util.ModelMapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Kubernetes objects in YAML, parsed with the official client's models. Unknown fields, and values
 * that a model would write differently (a number for a text, an empty key), are rejected, as by a
 * strict API server.
 */
final class StrictObjects {
  private static final Gson WITH_NULLS = new GsonBuilder().serializeNulls().create();

  private StrictObjects() {}

  /** The objects of all documents in a text; empty documents are left out. */
  static List<KubernetesObject> in(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<KubernetesObject> objects = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
      if (document != null) {
        objects.add(object(JsonParser.parseString(WITH_NULLS.toJson(document)).getAsJsonObject()));
      }
    }
    return objects;
  }

  private static KubernetesObject object(JsonObject json) {
    String apiVersion = json.get("apiVersion").getAsString();
    String kind = json.get("kind").getAsString();
    int slash = apiVersion.indexOf('/');
    Class<?> model =
        ModelMapper.getApiTypeClass(
            slash < 0 ? "" : apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    assertThat(model).as("the model of %s %s", apiVersion, kind).isNotNull();
    validate(model, json);
    Object object = JSON.getGson().fromJson(json, model);
    JsonElement again = JsonParser.parseString(JSON.getGson().toJson(object));
    assertWritten(kind, json, again);
    return (KubernetesObject) object;
  }

  /** The whole object; a model also writes empty lists and maps. */
  private static void assertWritten(String path, JsonElement value, JsonElement again) {
    assertThat(value.isJsonNull()).as("%s is empty", path).isFalse();
    assertThat(again).as(path).isNotNull();
    if (value.isJsonObject() && again.isJsonObject()) {
      value
          .getAsJsonObject()
          .asMap()
          .forEach(
              (key, part) ->
                  assertWritten(path + "." + key, part, again.getAsJsonObject().get(key)));
    } else if (value.isJsonArray() && again.isJsonArray()) {
      assertThat(again.getAsJsonArray()).as(path).hasSameSizeAs(value.getAsJsonArray());
      for (int i = 0; i < value.getAsJsonArray().size(); i++) {
        JsonElement part = value.getAsJsonArray().get(i);
        assertWritten(path + "[" + i + "]", part, again.getAsJsonArray().get(i));
      }
    } else {
      assertThat(again).as(path).isEqualTo(value);
    }
  }

  private static void validate(Class<?> model, JsonObject json) {
    try {
      Method validate = model.getMethod("validateJsonElement", JsonElement.class);
      validate.invoke(null, json);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
