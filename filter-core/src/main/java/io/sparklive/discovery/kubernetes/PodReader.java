// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.kubernetes.LenientJson.array;
import static io.sparklive.kubernetes.LenientJson.flag;
import static io.sparklive.kubernetes.LenientJson.object;
import static io.sparklive.kubernetes.LenientJson.text;
import static io.sparklive.kubernetes.LenientJson.time;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.sparklive.kubernetes.ApiServerClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pod from the stream that the API server sends, and keeps only the fields that discovery
 * uses.
 *
 * <p>The format is that of <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod, core
 * v1</a>. A {@code PartialObjectMetadata} has only the metadata.
 */
final class PodReader {
  private static final Set<String> WANTED_ENV =
      Set.of("SPARK_APPLICATION_ID", "SPARK_USER", "SPARK_DRIVER_URL", "SPARK_DRIVER_BIND_ADDRESS");

  private String uid = "";
  private String namespace = "";
  private String name = "";
  private String resourceVersion = "";
  private final Map<String, String> labels = new HashMap<>();
  private @Nullable Instant created;
  private @Nullable Instant deleted;
  private @Nullable String owner;
  private final List<Pod.InitContainer> initContainers = new ArrayList<>();
  private final List<String> schedulingGates = new ArrayList<>();
  private final List<Pod.Container> containers = new ArrayList<>();
  private boolean hostNetwork;
  private PodStatus status = PodStatus.NONE;

  private PodReader() {}

  /**
   * Reads one pod.
   *
   * @throws IOException if the stream fails or holds no JSON
   * @throws IllegalStateException if it holds another kind of value
   */
  static Pod read(JsonReader json) throws IOException {
    return new PodReader().pod(json);
  }

  /** Requests one whole pod, and reads it. */
  static Pod request(ApiServerClient client, String namespace, String name) throws IOException {
    try (Response response = client.get(PodQuery.pod(namespace, name))) {
      return read(new JsonReader(response.body().charStream()));
    } catch (IllegalStateException e) {
      throw new IOException("the pod " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Pod pod(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          switch (field) {
            case "metadata" -> object(json, f -> metadata(f, json));
            case "spec" -> object(json, f -> spec(f, json));
            case "status" -> status = PodStatusReader.read(json);
            default -> json.skipValue();
          }
        });
    return new Pod(
        uid,
        namespace,
        name,
        resourceVersion,
        Map.copyOf(labels),
        Optional.ofNullable(created),
        Optional.ofNullable(deleted),
        Optional.ofNullable(owner),
        List.copyOf(initContainers),
        List.copyOf(containers),
        List.copyOf(schedulingGates),
        hostNetwork,
        status);
  }

  private void metadata(String field, JsonReader json) throws IOException {
    switch (field) {
      case "uid" -> uid = text(json);
      case "namespace" -> namespace = text(json);
      case "name" -> name = text(json);
      case "resourceVersion" -> resourceVersion = text(json);
      case "creationTimestamp" -> created = time(json);
      case "deletionTimestamp" -> deleted = time(json);
      case "labels" ->
          object(
              json,
              label -> {
                if (label.startsWith("spark-") || DriverPodIndex.OPERATOR_LABELS.contains(label)) {
                  labels.put(label, text(json));
                } else {
                  json.skipValue();
                }
              });
      case "ownerReferences" -> array(json, () -> owner(json));
      default -> json.skipValue();
    }
  }

  private void owner(JsonReader json) throws IOException {
    Map<String, String> reference = texts(json);
    if ("Pod".equals(reference.get("kind"))) {
      owner = reference.get("name");
    }
  }

  private void spec(String field, JsonReader json) throws IOException {
    switch (field) {
      case "initContainers" -> array(json, () -> initContainers.add(initContainer(json)));
      case "containers" -> array(json, () -> containers.add(container(json)));
      case "schedulingGates" ->
          array(json, () -> schedulingGates.add(texts(json).getOrDefault("name", "")));
      case "hostNetwork" -> hostNetwork = flag(json);
      default -> json.skipValue();
    }
  }

  private static Pod.InitContainer initContainer(JsonReader json) throws IOException {
    Map<String, String> texts = texts(json);
    return new Pod.InitContainer(
        texts.getOrDefault("name", ""),
        texts.getOrDefault("image", ""),
        "Always".equals(texts.get("restartPolicy")));
  }

  /** The fields of an object that have a text as value. */
  private static Map<String, String> texts(JsonReader json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    object(
        json,
        field -> {
          if (json.peek() == JsonToken.STRING) {
            texts.put(field, json.nextString());
          } else {
            json.skipValue();
          }
        });
    return texts;
  }

  private static Pod.Container container(JsonReader json) throws IOException {
    String[] texts = {"", ""};
    Map<String, String> env = new HashMap<>();
    Map<String, Integer> ports = new HashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> texts[0] = text(json);
            case "image" -> texts[1] = text(json);
            case "env" -> array(json, () -> variable(json, env));
            case "ports" -> array(json, () -> port(json, ports));
            default -> json.skipValue();
          }
        });
    return new Pod.Container(texts[0], texts[1], Map.copyOf(env), Map.copyOf(ports));
  }

  private static void variable(JsonReader json, Map<String, String> env) throws IOException {
    String[] entry = {"", ""};
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> entry[0] = text(json);
            case "value" -> entry[1] = text(json);
            default -> json.skipValue();
          }
        });
    if (WANTED_ENV.contains(entry[0])) {
      env.put(entry[0], entry[1]);
    }
  }

  private static void port(JsonReader json, Map<String, Integer> ports) throws IOException {
    String[] name = {""};
    int[] number = {0};
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> name[0] = text(json);
            case "containerPort" -> number[0] = json.nextInt();
            default -> json.skipValue();
          }
        });
    if (number[0] > 0 && number[0] <= 0xFFFF) {
      ports.put(name[0], number[0]);
    }
  }
}
