// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.kubernetes.LenientJson.array;
import static io.sparklive.kubernetes.LenientJson.object;
import static io.sparklive.kubernetes.LenientJson.text;
import static io.sparklive.kubernetes.LenientJson.time;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads the status of a pod from the stream that the API server sends. */
final class PodStatusReader {
  private String phase = "";
  private String reason = "";
  private String message = "";
  private @Nullable String ip;
  private @Nullable Instant started;
  private @Nullable Instant changed;
  private final Map<String, PodStatus.Condition> conditions = new HashMap<>();
  private final Map<String, PodStatus.Container> initContainers = new HashMap<>();
  private final Map<String, PodStatus.Container> containers = new HashMap<>();

  private PodStatusReader() {}

  static PodStatus read(JsonReader json) throws IOException {
    PodStatusReader reader = new PodStatusReader();
    object(json, field -> reader.field(field, json));
    return new PodStatus(
        reader.phase,
        reader.reason,
        reader.message,
        Optional.ofNullable(reader.ip),
        Optional.ofNullable(reader.started),
        Optional.ofNullable(reader.changed),
        Map.copyOf(reader.conditions),
        Map.copyOf(reader.initContainers),
        Map.copyOf(reader.containers));
  }

  private void field(String field, JsonReader json) throws IOException {
    switch (field) {
      case "phase" -> phase = text(json);
      case "reason" -> reason = text(json);
      case "message" -> message = text(json);
      case "podIP" -> {
        String address = text(json);
        ip = address.isEmpty() ? null : address;
      }
      case "startTime" -> started = time(json);
      case "conditions" -> array(json, () -> condition(json));
      case "initContainerStatuses" -> array(json, () -> container(json, initContainers));
      case "containerStatuses" -> array(json, () -> container(json, containers));
      default -> json.skipValue();
    }
  }

  private void condition(JsonReader json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "lastTransitionTime" -> {
              Instant at = time(json);
              if (changed == null || (at != null && !changed.isAfter(at))) {
                changed = at;
              }
            }
            case "type", "status", "reason", "message" -> texts.put(field, text(json));
            default -> json.skipValue();
          }
        });
    conditions.put(
        texts.getOrDefault("type", ""),
        new PodStatus.Condition(
            texts.getOrDefault("status", ""),
            texts.getOrDefault("reason", ""),
            texts.getOrDefault("message", "")));
  }

  private static void container(JsonReader json, Map<String, PodStatus.Container> found)
      throws IOException {
    String[] name = {""};
    int[] restarts = {0};
    PodStatus.State[] states = {PodStatus.State.NONE, PodStatus.State.NONE};
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> name[0] = text(json);
            case "restartCount" -> restarts[0] = number(json).orElse(0);
            case "state" -> states[0] = state(json);
            case "lastState" -> states[1] = state(json);
            default -> json.skipValue();
          }
        });
    found.put(name[0], new PodStatus.Container(restarts[0], states[0], states[1]));
  }

  private static PodStatus.State state(JsonReader json) throws IOException {
    PodStatus.State[] state = {PodStatus.State.NONE};
    object(json, phase -> state[0] = state(phase, json));
    return state[0];
  }

  private static PodStatus.State state(String phase, JsonReader json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    OptionalInt[] exitCode = {OptionalInt.empty()};
    object(
        json,
        field -> {
          switch (field) {
            case "reason", "message" -> texts.put(field, text(json));
            case "exitCode" -> exitCode[0] = number(json);
            case "startedAt", "finishedAt" -> {
              Instant at = timeOfContainer(json);
              if (at != null) {
                times.put(field, at);
              }
            }
            default -> json.skipValue();
          }
        });
    return new PodStatus.State(
        phaseOf(phase),
        texts.getOrDefault("reason", ""),
        texts.getOrDefault("message", ""),
        exitCode[0],
        Optional.ofNullable(times.get("startedAt")),
        Optional.ofNullable(times.get("finishedAt")));
  }

  private static PodStatus.Phase phaseOf(String name) {
    return switch (name) {
      case "running" -> PodStatus.Phase.RUNNING;
      case "terminated" -> PodStatus.Phase.TERMINATED;
      default -> PodStatus.Phase.WAITING;
    };
  }

  /**
   * Reads a time of a container. A container that never started has the epoch as its start: {@code
   * StartError}, kubelet 1.34. Go's zero time is before the epoch.
   */
  private static @Nullable Instant timeOfContainer(JsonReader json) throws IOException {
    Instant at = time(json);
    return at != null && at.isAfter(Instant.EPOCH) ? at : null;
  }

  private static OptionalInt number(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.NUMBER) {
      return OptionalInt.of(json.nextInt());
    }
    json.skipValue();
    return OptionalInt.empty();
  }
}
