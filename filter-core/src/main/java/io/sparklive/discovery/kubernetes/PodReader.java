package io.sparklive.discovery.kubernetes;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads pods from the stream that the API server sends, and keeps no more of them than is needed.
 *
 * <p>The format is that of <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod, core
 * v1</a>; of {@code PartialObjectMetadata} there is the metadata alone.
 */
final class PodReader {
  private static final Set<String> WANTED_ENV =
      Set.of("SPARK_APPLICATION_ID", "SPARK_USER", "SPARK_DRIVER_URL", "SPARK_DRIVER_BIND_ADDRESS");

  private String uid = "";
  private String namespace = "";
  private String name = "";
  private String resourceVersion = "";
  private final Map<String, String> labels = new HashMap<>();
  private Optional<Instant> created = Optional.empty();
  private Optional<String> owner = Optional.empty();
  private final List<Pod.Container> containers = new ArrayList<>();
  private boolean hostNetwork;
  private String phase = "";
  private Optional<String> ip = Optional.empty();
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> changed = Optional.empty();
  private final Map<String, Pod.ContainerStatus> statuses = new HashMap<>();

  private PodReader() {}

  /**
   * Reads one pod.
   *
   * @throws IOException if the stream fails or holds no JSON
   * @throws IllegalStateException if it holds something that is no pod
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
        created,
        owner,
        List.copyOf(containers),
        hostNetwork,
        phase,
        ip,
        started,
        changed,
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
      owner = Optional.ofNullable(reference.get("name"));
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
      case "podIP" -> ip = Optional.of(text(json)).filter(address -> !address.isEmpty());
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
            Optional<Instant> at = time(json);
            changed = changed.filter(c -> at.isEmpty() || c.isAfter(at.get())).or(() -> at);
          } else {
            json.skipValue();
          }
        });
  }

  private void containerStatus(JsonReader json) throws IOException {
    String[] container = {""};
    Pod.ContainerState[] state = {Pod.ContainerState.WAITING};
    Map<String, Optional<Instant>> times = new HashMap<>();
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
            times.getOrDefault("startedAt", Optional.empty()),
            times.getOrDefault("finishedAt", Optional.empty())));
  }

  /**
   * A container that never started has the epoch as its start: {@code StartError}, kubelet 1.34.
   * Go's zero time lies before it.
   */
  private static Optional<Instant> timeOfContainer(JsonReader json) throws IOException {
    return time(json).filter(at -> at.isAfter(Instant.EPOCH));
  }

  private static Pod.ContainerState stateOf(String name) {
    return switch (name) {
      case "running" -> Pod.ContainerState.RUNNING;
      case "terminated" -> Pod.ContainerState.TERMINATED;
      default -> Pod.ContainerState.WAITING;
    };
  }

  private static void stateTime(String field, JsonReader json, Map<String, Optional<Instant>> times)
      throws IOException {
    switch (field) {
      case "startedAt", "finishedAt" -> times.put(field, timeOfContainer(json));
      default -> json.skipValue();
    }
  }

  /** The text, or an empty one for {@code null}: the API server leaves a field out as it likes. */
  static String text(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return "";
    }
    return json.nextString();
  }

  private static boolean flag(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.BOOLEAN) {
      return json.nextBoolean();
    }
    json.skipValue();
    return false;
  }

  private static Optional<Instant> time(JsonReader json) throws IOException {
    String text = text(json);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Reads an object's fields; {@code null} and whatever is no object have none. */
  static void object(JsonReader json, Field field) throws IOException {
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

  /** Reads an array's elements; {@code null} has none. */
  static void array(JsonReader json, Element element) throws IOException {
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

  /** Reads the value of one field. */
  @FunctionalInterface
  interface Field {
    void read(String name) throws IOException;
  }

  /** Reads one element. */
  @FunctionalInterface
  interface Element {
    void read() throws IOException;
  }
}
