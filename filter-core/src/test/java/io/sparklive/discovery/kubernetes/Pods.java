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
 * Driver pods whose drivers are the tests' own, in one namespace of a cluster.
 *
 * @param since when their containers begin, in whole seconds
 */
record Pods(TestCluster cluster, String namespace, Instant since) {
  /** Those whose containers begin now, as far as nothing else is said. */
  Pods(TestCluster cluster, String namespace) {
    this(cluster, namespace, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** A driver pod whose UI has this port. */
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

  /** Makes the pod of a driver that is to answer at this address. */
  JsonObject driver(String id, DriverAddress address) {
    return cluster.create(namespace, withUiAt(PodManifests.driver(id), address));
  }

  /** Makes the pod of a driver whose container runs, and that is to answer at this address. */
  JsonObject runningDriver(String id, DriverAddress address) {
    return runs(driver(id, address), address);
  }

  /** Makes the pod of a driver that runs, and has no address yet. */
  JsonObject runningDriver(String id) {
    return runs(make(PodManifests.driver(id)));
  }

  /** Its container runs from now on, and it has no address yet. */
  JsonObject runs(JsonObject pod) {
    JsonObject status = PodStatuses.running("10.0.0.1", since);
    status.remove("podIP");
    status.remove("podIPs");
    return is(pod, status);
  }

  /** Its container runs from now on. */
  JsonObject runs(JsonObject pod, DriverAddress address) {
    return is(pod, PodStatuses.running(address.host(), since));
  }

  /** Its status is this from now on. */
  JsonObject is(JsonObject pod, JsonObject status) {
    return cluster.setStatus(namespace, name(pod), status);
  }

  /** Makes a pod as it is. */
  JsonObject make(JsonObject pod) {
    return cluster.create(namespace, pod);
  }

  /** Deletes it on the spot. */
  void delete(JsonObject pod) {
    cluster.delete(namespace, name(pod));
  }
}
