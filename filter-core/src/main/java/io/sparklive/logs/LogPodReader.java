// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static io.sparklive.kubernetes.LenientJson.array;
import static io.sparklive.kubernetes.LenientJson.object;
import static io.sparklive.kubernetes.LenientJson.text;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.sparklive.http.TextSanitizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads a pod from the stream of a response. */
final class LogPodReader {
  private static final int LONGEST = 300;

  private String name = "";
  private String uid = "";
  private String phase = "";
  private String reason = "";
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Set<String> owners = new HashSet<>();
  private final Map<String, Boolean> containers = new LinkedHashMap<>();
  private final Map<String, LogPod.Container> statuses = new LinkedHashMap<>();

  private LogPodReader() {}

  /** Reads the pods of a list. Returns where the next page begins; empty if there is none. */
  static String readList(JsonReader json, Consumer<LogPod> pods) throws IOException {
    String[] next = {""};
    object(
        json,
        field -> {
          switch (field) {
            case "metadata" ->
                object(
                    json,
                    name -> {
                      if (name.equals("continue")) {
                        next[0] = text(json);
                      } else {
                        json.skipValue();
                      }
                    });
            case "items" -> array(json, () -> pods.accept(read(json)));
            default -> json.skipValue();
          }
        });
    return next[0];
  }

  /** Reads one pod. */
  static LogPod read(JsonReader json) throws IOException {
    LogPodReader reader = new LogPodReader();
    object(
        json,
        field -> {
          switch (field) {
            case "metadata" -> reader.readMetadata(json);
            case "spec" -> reader.readSpec(json);
            case "status" -> reader.readStatus(json);
            default -> json.skipValue();
          }
        });
    return reader.pod();
  }

  private LogPod pod() {
    List<LogPod.Container> all = new ArrayList<>();
    containers.forEach(
        (container, isInit) -> {
          LogPod.Container status = statuses.get(container);
          all.add(
              status == null
                  ? new LogPod.Container(container, isInit, "waiting", "", 0)
                  : new LogPod.Container(
                      container, isInit, status.state(), status.reason(), status.restarts()));
        });
    return new LogPod(
        name,
        uid,
        labels.getOrDefault("spark-app-selector", ""),
        labels.getOrDefault("spark-role", ""),
        labels.getOrDefault("spark-exec-id", ""),
        Set.copyOf(owners),
        phase,
        reason,
        List.copyOf(all));
  }

  private void readMetadata(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> name = text(json);
            case "uid" -> uid = text(json);
            case "labels" -> object(json, label -> labels.put(label, text(json)));
            case "ownerReferences" -> array(json, () -> readOwner(json));
            default -> json.skipValue();
          }
        });
  }

  private void readOwner(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          if (field.equals("uid")) {
            owners.add(text(json));
          } else {
            json.skipValue();
          }
        });
  }

  private void readSpec(JsonReader json) throws IOException {
    Map<String, Boolean> others = new LinkedHashMap<>();
    object(
        json,
        field -> {
          switch (field) {
            case "initContainers" ->
                array(json, () -> containers.put(readNameOfContainer(json), true));
            case "containers" -> array(json, () -> others.put(readNameOfContainer(json), false));
            default -> json.skipValue();
          }
        });
    containers.putAll(others);
  }

  private static String readNameOfContainer(JsonReader json) throws IOException {
    String[] read = {""};
    object(
        json,
        field -> {
          if (field.equals("name")) {
            read[0] = text(json);
          } else {
            json.skipValue();
          }
        });
    return read[0];
  }

  private void readStatus(JsonReader json) throws IOException {
    object(
        json,
        field -> {
          switch (field) {
            case "phase" -> phase = text(json);
            case "reason" -> reason = line(text(json));
            case "initContainerStatuses", "containerStatuses" ->
                array(json, () -> readContainer(json));
            default -> json.skipValue();
          }
        });
  }

  private void readContainer(JsonReader json) throws IOException {
    String[] container = {"", "waiting", ""};
    int[] restarts = {0};
    object(
        json,
        field -> {
          switch (field) {
            case "name" -> container[0] = text(json);
            case "restartCount" -> restarts[0] = number(json);
            case "state" ->
                object(
                    json,
                    state -> {
                      container[1] = state;
                      container[2] = readReason(json);
                    });
            default -> json.skipValue();
          }
        });
    statuses.put(
        container[0],
        new LogPod.Container(container[0], false, container[1], container[2], restarts[0]));
  }

  private static String readReason(JsonReader json) throws IOException {
    String[] read = {""};
    int[] exitCode = {-1};
    object(
        json,
        field -> {
          switch (field) {
            case "reason" -> read[0] = line(text(json));
            case "exitCode" -> exitCode[0] = number(json);
            default -> json.skipValue();
          }
        });
    return exitCode[0] <= 0
        ? read[0]
        : (read[0].isEmpty() ? "" : read[0] + ", ") + "exit code " + exitCode[0];
  }

  private static int number(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.NUMBER) {
      json.skipValue();
      return 0;
    }
    return (int) json.nextDouble();
  }

  private static String line(String text) {
    String line = TextSanitizer.oneLine(text);
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
