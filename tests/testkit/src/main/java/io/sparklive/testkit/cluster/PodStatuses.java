// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Reports of a kubelet about Spark's pods, to be merged into their status. */
public final class PodStatuses {
  private PodStatuses() {}

  /** Not scheduled yet, or its image is being pulled: the pod has no address. */
  public static JsonObject pending() {
    return phase("Pending");
  }

  /** A pod for which the scheduler found no node, with its message. */
  public static JsonObject unschedulable(String message) {
    JsonObject scheduled = new JsonObject();
    scheduled.addProperty("type", "PodScheduled");
    scheduled.addProperty("status", "False");
    scheduled.addProperty("reason", "Unschedulable");
    scheduled.addProperty("message", message);
    JsonArray conditions = new JsonArray();
    conditions.add(scheduled);
    JsonObject status = phase("Pending");
    status.add("conditions", conditions);
    return status;
  }

  /** A driver whose container runs. */
  public static JsonObject running(String podIp, Instant since) {
    return running(PodManifests.DRIVER_CONTAINER, podIp, since);
  }

  /** A pod of one container, which runs. The address may be of either IP version. */
  public static JsonObject running(String container, String podIp, Instant since) {
    return with(at(phase("Running"), podIp, since), runs(container, since));
  }

  /** A driver in a cluster with both IP versions; the first address is the primary one. */
  public static JsonObject runningDualStack(String podIp, String secondIp, Instant since) {
    JsonObject status = running(podIp, since);
    status.getAsJsonArray("podIPs").add(ip(secondIp));
    return status;
  }

  /** A driver on a node whose container cannot start, for a reason such as {@code ErrImagePull}. */
  public static JsonObject waiting(String reason, String message) {
    JsonObject waiting = new JsonObject();
    waiting.addProperty("reason", reason);
    waiting.addProperty("message", message);
    JsonObject status =
        with(phase("Pending"), container(PodManifests.DRIVER_CONTAINER, "waiting", waiting));
    JsonObject scheduled = new JsonObject();
    scheduled.addProperty("type", "PodScheduled");
    scheduled.addProperty("status", "True");
    JsonArray conditions = new JsonArray();
    conditions.add(scheduled);
    status.add("conditions", conditions);
    return status;
  }

  /** A driver whose container ended, and that its kubelet will start again. */
  public static JsonObject crashLoop(
      int restarts, int exitCode, String reason, Instant since, Instant until) {
    JsonObject status = waiting("CrashLoopBackOff", "back-off 40s restarting failed container");
    status.addProperty("phase", "Running");
    JsonObject container = status.getAsJsonArray("containerStatuses").get(0).getAsJsonObject();
    container.add("lastState", state(terminated(exitCode, reason, since, until)));
    container.addProperty("restartCount", restarts);
    return status;
  }

  /** A driver whose container ended for a reason such as {@code OOMKilled}. */
  public static JsonObject terminated(int exitCode, String reason, Instant since, Instant until) {
    JsonObject status = failed(exitCode, since, until);
    state(status).getAsJsonObject("terminated").addProperty("reason", reason);
    return status;
  }

  /** A driver whose container ended with exit code 0. Its address stays in its status. */
  public static JsonObject succeeded(Instant since, Instant until) {
    return with(phase("Succeeded"), ended(PodManifests.DRIVER_CONTAINER, 0, since, until));
  }

  /** A driver whose container ended with another exit code. */
  public static JsonObject failed(int exitCode, Instant since, Instant until) {
    return with(phase("Failed"), ended(PodManifests.DRIVER_CONTAINER, exitCode, since, until));
  }

  /** A pod that its node evicted: it failed, without a status of its containers. */
  public static JsonObject evicted() {
    JsonObject status = phase("Failed");
    status.addProperty("reason", "Evicted");
    status.addProperty("message", "The node was low on resource: memory.");
    status.add("containerStatuses", new JsonArray());
    return status;
  }

  /**
   * A pod that was deleted before its container was created, because the image could not be pulled
   * (Kubernetes 1.27 and later).
   */
  public static JsonObject neverCreated() {
    JsonObject terminated = new JsonObject();
    terminated.addProperty("exitCode", 137);
    terminated.addProperty("reason", "ContainerStatusUnknown");
    terminated.addProperty(
        "message", "The container could not be located when the pod was terminated");
    terminated.add("startedAt", JsonNull.INSTANCE);
    terminated.add("finishedAt", JsonNull.INSTANCE);
    return with(
        phase("Failed"), container(PodManifests.DRIVER_CONTAINER, "terminated", terminated));
  }

  /** A pod whose {@code activeDeadlineSeconds} passed before its container was created. */
  public static JsonObject deadlineExceededWithoutImage() {
    JsonObject status = neverCreated();
    status.addProperty("reason", "DeadlineExceeded");
    return status;
  }

  /** A pod that its node rejected, for a reason such as {@code OutOfcpu}. */
  public static JsonObject rejected(String reason) {
    JsonObject status = phase("Failed");
    status.addProperty("reason", reason);
    status.addProperty("message", "Pod was rejected");
    return status;
  }

  /** A driver whose container could not be started. */
  public static JsonObject startError(Instant until) {
    JsonObject status = failed(128, Instant.EPOCH, until);
    state(status).getAsJsonObject("terminated").addProperty("reason", "StartError");
    return status;
  }

  /** A pod whose init container failed: its driver still waits. */
  public static JsonObject initContainerFailed(Instant since, Instant until) {
    JsonObject waiting = new JsonObject();
    waiting.addProperty("reason", "PodInitializing");
    JsonObject status =
        with(phase("Failed"), container(PodManifests.DRIVER_CONTAINER, "waiting", waiting));
    JsonArray init = new JsonArray();
    init.add(ended("prepare", 1, since, until));
    status.add("initContainerStatuses", init);
    return status;
  }

  /** A driver that ended while a sidecar still runs: the pod is still running. */
  public static JsonObject driverEndedSidecarRuns(
      String sidecar, String podIp, int exitCode, Instant since, Instant until) {
    return with(
        at(phase("Running"), podIp, since),
        ended(PodManifests.DRIVER_CONTAINER, exitCode, since, until),
        runs(sidecar, since));
  }

  /** A driver and a sidecar that both run. */
  public static JsonObject driverAndSidecarRun(String sidecar, String podIp, Instant since) {
    return with(
        at(phase("Running"), podIp, since),
        runs(sidecar, since),
        runs(PodManifests.DRIVER_CONTAINER, since));
  }

  private static JsonObject phase(String phase) {
    JsonObject status = new JsonObject();
    status.addProperty("phase", phase);
    return status;
  }

  private static JsonObject at(JsonObject status, String podIp, Instant since) {
    JsonArray addresses = new JsonArray();
    addresses.add(ip(podIp));
    status.addProperty("podIP", podIp);
    status.add("podIPs", addresses);
    status.addProperty("startTime", time(since));
    return status;
  }

  private static JsonObject state(JsonObject status) {
    return status
        .getAsJsonArray("containerStatuses")
        .get(0)
        .getAsJsonObject()
        .getAsJsonObject("state");
  }

  private static JsonObject ip(String address) {
    JsonObject ip = new JsonObject();
    ip.addProperty("ip", address);
    return ip;
  }

  private static JsonObject with(JsonObject status, JsonObject... containers) {
    JsonArray all = new JsonArray();
    for (JsonObject container : containers) {
      all.add(container);
    }
    status.add("containerStatuses", all);
    return status;
  }

  private static JsonObject runs(String name, Instant since) {
    JsonObject running = new JsonObject();
    running.addProperty("startedAt", time(since));
    return container(name, "running", running);
  }

  private static JsonObject ended(String name, int exitCode, Instant since, Instant until) {
    JsonObject terminated = new JsonObject();
    terminated.addProperty("exitCode", exitCode);
    terminated.addProperty("reason", exitCode == 0 ? "Completed" : "Error");
    terminated.addProperty("startedAt", time(since));
    terminated.addProperty("finishedAt", time(until));
    return container(name, "terminated", terminated);
  }

  private static JsonObject container(String name, String state, JsonObject details) {
    JsonObject states = new JsonObject();
    states.add(state, details);
    boolean runs = state.equals("running");
    JsonObject container = new JsonObject();
    container.addProperty("name", name);
    container.addProperty("image", "registry.example/spark:latest");
    container.addProperty("imageID", "");
    container.add("state", states);
    container.add("lastState", new JsonObject());
    container.addProperty("ready", runs);
    container.addProperty("started", runs);
    container.addProperty("restartCount", 0);
    return container;
  }

  /** The format of Kubernetes for times: whole seconds. */
  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
