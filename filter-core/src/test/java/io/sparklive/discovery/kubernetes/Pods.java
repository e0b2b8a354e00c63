// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.testkit.cluster.PodManifests.name;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.sparklive.application.DriverAddress;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Creates pods of the drivers that a test start, in one namespace of a cluster.
 *
 * @param since the start time of their containers, in whole seconds
 */
record Pods(TestCluster cluster, String namespace, Instant since) {
  /** Pods whose containers start now by default. */
  Pods(TestCluster cluster, String namespace) {
    this(cluster, namespace, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Sets the UI port of a driver pod. */
  static JsonObject withUiAt(JsonObject pod, DriverAddress address) {
    JsonObject container =
        pod.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
    for (JsonElement port : container.getAsJsonArray("ports")) {
      if (port.getAsJsonObject().get("name").getAsString().equals("spark-ui")) {
        port.getAsJsonObject().addProperty("containerPort", address.port());
      }
    }
    return pod;
  }

  /** Creates the pod of a driver that listens at this address. */
  JsonObject driver(String id, DriverAddress address) {
    return cluster.create(namespace, withUiAt(PodManifests.driver(id), address));
  }

  /** Creates the pod of a driver whose container start, and that listens at this address. */
  JsonObject runningDriver(String id, DriverAddress address) {
    return start(driver(id, address), address);
  }

  /** Creates the pod of a driver that start, and has no address yet. */
  JsonObject runningDriver(String id) {
    return start(make(PodManifests.driver(id)));
  }

  /** Starts the container of a pod that has no address yet. */
  JsonObject start(JsonObject pod) {
    JsonObject status = PodStatuses.running("10.0.0.1", since);
    status.remove("podIP");
    status.remove("podIPs");
    return setStatus(pod, status);
  }

  /** Starts the container of a pod. */
  JsonObject start(JsonObject pod, DriverAddress address) {
    return setStatus(pod, PodStatuses.running(address.host(), since));
  }

  /** Sets the status of a pod. */
  JsonObject setStatus(JsonObject pod, JsonObject status) {
    return cluster.setStatus(namespace, name(pod), status);
  }

  /** Creates this pod. */
  JsonObject make(JsonObject pod) {
    return cluster.create(namespace, pod);
  }

  /** Deletes a pod at once. */
  void delete(JsonObject pod) {
    cluster.delete(namespace, name(pod));
  }
}
