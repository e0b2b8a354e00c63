// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.sparklive.application.LiveApplication;
import java.util.List;
import java.util.Optional;

/** The pods of an application as JSON. A page writes all of it as text. */
final class LogPodsJson {
  private LogPodsJson() {}

  static String of(LiveApplication application, List<LogPod> pods) {
    JsonObject json = new JsonObject();
    json.addProperty("id", application.id().value());
    json.addProperty("name", application.info().name());
    application.namespace().ifPresent(namespace -> json.addProperty("namespace", namespace));
    note(application, pods).ifPresent(note -> json.addProperty("note", note));
    JsonArray array = new JsonArray();
    pods.forEach(pod -> array.add(of(pod)));
    json.add("pods", array);
    return new Gson().toJson(json) + "\n";
  }

  /** Why a log is missing that a user may expect. */
  private static Optional<String> note(LiveApplication application, List<LogPod> pods) {
    if (application.namespace().isEmpty()) {
      return Optional.of(
          "The filter has found the driver by its address, not by a pod. So the log is where the"
              + " driver was started.");
    }
    if (pods.isEmpty()) {
      return Optional.of(
          "The application has no pod in the namespace %s, or no longer. Kubernetes removes the log of a pod together with the pod."
              .formatted(application.namespace().get()));
    }
    if (pods.stream().noneMatch(pod -> pod.role().equals(LogPod.DRIVER))) {
      return Optional.of(
          "The driver has no pod of its own (client mode), or no longer. In client mode its log is"
              + " where it was started.");
    }
    return pods.size() < PodLogs.MAX_PODS
        ? Optional.empty()
        : Optional.of("The list has the first %d pods.".formatted(PodLogs.MAX_PODS));
  }

  private static JsonObject of(LogPod pod) {
    JsonObject json = new JsonObject();
    json.addProperty("name", pod.name());
    json.addProperty("role", pod.role());
    if (!pod.executor().isEmpty()) {
      json.addProperty("executor", pod.executor());
    }
    json.addProperty("phase", pod.phase());
    if (!pod.reason().isEmpty()) {
      json.addProperty("reason", pod.reason());
    }
    JsonArray containers = new JsonArray();
    for (LogPod.Container container : pod.containers()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", container.name());
      entry.addProperty("init", container.isInit());
      entry.addProperty("state", container.state());
      if (!container.reason().isEmpty()) {
        entry.addProperty("reason", container.reason());
      }
      entry.addProperty("restarts", container.restarts());
      containers.add(entry);
    }
    json.add("containers", containers);
    return json;
  }
}
