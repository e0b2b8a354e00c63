// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.kubernetes.LenientJson.array;
import static io.sparklive.kubernetes.LenientJson.flag;
import static io.sparklive.kubernetes.LenientJson.object;
import static io.sparklive.kubernetes.LenientJson.text;
import static io.sparklive.kubernetes.LenientJson.time;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private @Nullable String owner;
  private final List<Pod.Container> containers = new ArrayList<>();
  private boolean hostNetwork;
  private String phase = "";
  private @Nullable String ip;
  private @Nullable Instant started;
  private @Nullable Instant changed;
  private final Map<String, Pod.ContainerStatus> statuses = new HashMap<>();

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

  private Pod pod(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          switch (field) {
            case "metadata" -> object(json, f -> metadata(f, json));
            case "spec" -> object(json, f -> spec(f, json));
            case "status" -> object(json, f -> status(f, json));
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
        Optional.ofNullable(owner),
        List.copyOf(containers),
        hostNetwork,
        phase,
        Optional.ofNullable(ip),
        Optional.ofNullable(started),
        Optional.ofNullable(changed),
        Map.copyOf(statuses));
  }

  private void metadata(String field, JsonReader json) throws IOException {
    switch (field) {
      case "uid" -> uid = text(json);
      case "namespace" -> namespace = text(json);
      case "name" -> name = text(json);
      case "resourceVersion" -> resourceVersion = text(json);
      case "creationTimestamp" -> created = time(json);
      case "labels" ->
          object(
              json,
              label -> {
                if (label.startsWith("spark-")) {
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
    Map<String, String> reference = new HashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "kind", "name" -> reference.put(field, text(json));
            default -> json.skipValue();
          }
        });
    if ("Pod".equals(reference.get("kind"))) {
      owner = reference.get("name");
    }
  }

  private void spec(String field, JsonReader json) throws IOException {
    switch (field) {
      case "containers" -> array(json, () -> containers.add(container(json)));
      case "hostNetwork" -> hostNetwork = flag(json);
      default -> json.skipValue();
    }
  }

  private static Pod.Container container(JsonReader json) throws IOException {
    String[] name = {""};
    Map<String, String> env = new HashMap<>();
    Map<String, Integer> ports = new HashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> name[0] = text(json);
            case "env" -> array(json, () -> variable(json, env));
            case "ports" -> array(json, () -> port(json, ports));
            default -> json.skipValue();
          }
        });
    return new Pod.Container(name[0], Map.copyOf(env), Map.copyOf(ports));
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

  private void status(String field, JsonReader json) throws IOException {
    switch (field) {
      case "phase" -> phase = text(json);
      case "podIP" -> {
        String address = text(json);
        ip = address.isEmpty() ? null : address;
      }
      case "startTime" -> started = time(json);
      case "conditions" -> array(json, () -> condition(json));
      case "containerStatuses" -> array(json, () -> containerStatus(json));
      default -> json.skipValue();
    }
  }

  private void condition(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          if (field.equals("lastTransitionTime")) {
            Instant at = time(json);
            if (changed == null || (at != null && !changed.isAfter(at))) {
              changed = at;
            }
          } else {
            json.skipValue();
          }
        });
  }

  private void containerStatus(JsonReader json) throws IOException {
    String[] container = {""};
    Pod.ContainerState[] state = {Pod.ContainerState.WAITING};
    Map<String, Instant> times = new HashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> container[0] = text(json);
            case "state" ->
                object(
                    json,
                    stateName -> {
                      state[0] = stateOf(stateName);
                      object(json, f -> stateTime(f, json, times));
                    });
            default -> json.skipValue();
          }
        });
    statuses.put(
        container[0],
        new Pod.ContainerStatus(
            state[0],
            Optional.ofNullable(times.get("startedAt")),
            Optional.ofNullable(times.get("finishedAt"))));
  }

  /**
   * Reads a time of a container. A container that never started has the epoch as its start: {@code
   * StartError}, kubelet 1.34. Go's zero time is before the epoch.
   */
  private static @Nullable Instant timeOfContainer(JsonReader json) throws IOException {
    Instant at = time(json);
    return at != null && at.isAfter(Instant.EPOCH) ? at : null;
  }

  private static Pod.ContainerState stateOf(String name) {
    return switch (name) {
      case "running" -> Pod.ContainerState.RUNNING;
      case "terminated" -> Pod.ContainerState.TERMINATED;
      default -> Pod.ContainerState.WAITING;
    };
  }

  private static void stateTime(String field, JsonReader json, Map<String, Instant> times)
      throws IOException {
    switch (field) {
      case "startedAt", "finishedAt" -> {
        Instant at = timeOfContainer(json);
        if (at != null) {
          times.put(field, at);
        }
      }
      default -> json.skipValue();
    }
  }
}
