// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pods as Spark itself creates them, each with a name of its own. The fields that a cluster sets
 * (namespace, uid, times, status) are missing; {@link PodStatuses} has the reports of a kubelet.
 */
public final class PodManifests {
  /** The Spark versions whose own manifests are available, oldest first. */
  public static final String SPARK_3_5 = "3.5.6";

  /** See {@link #SPARK_3_5}. */
  public static final String SPARK_4_0 = "4.0.2";

  /** The name of the container in a driver pod of Spark. */
  public static final String DRIVER_CONTAINER = "spark-kubernetes-driver";

  /** The name of the container in an executor pod of Spark. */
  public static final String EXECUTOR_CONTAINER = "spark-kubernetes-executor";

  private static final Map<String, JsonObject> FIXTURES = new ConcurrentHashMap<>();

  private PodManifests() {}

  /** A driver in cluster mode, as Spark 3.5 submits it. */
  public static JsonObject driver(String applicationId) {
    return driver(applicationId, "orders", SPARK_3_5);
  }

  /**
   * A driver in cluster mode.
   *
   * @param applicationName its label; the name of the pod begins with it
   * @param sparkVersion {@link #SPARK_3_5} or {@link #SPARK_4_0}
   */
  public static JsonObject driver(
      String applicationId, String applicationName, String sparkVersion) {
    JsonObject pod = fixture("driver-cluster-mode-" + sparkVersion);
    name(pod, applicationName + "-" + unused() + "-driver");
    label(pod, "spark-app-name", applicationName);
    return ofApplication(pod, applicationId);
  }

  /** The first executor of a driver that runs in no pod of Spark, as Spark 3.5 creates it. */
  public static JsonObject clientModeExecutor(String applicationId, String driverHost) {
    return clientModeExecutor(applicationId, driverHost, 1, SPARK_3_5);
  }

  /**
   * An executor of a driver in client mode: it names the driver's host, and has no owner.
   *
   * @param driverHost the value of {@code spark.driver.host}; an IPv6 address in brackets
   * @param executor its number, from 1
   * @param sparkVersion {@link #SPARK_3_5} or {@link #SPARK_4_0}
   */
  public static JsonObject clientModeExecutor(
      String applicationId, String driverHost, int executor, String sparkVersion) {
    JsonObject pod = fixture("executor-client-mode-" + sparkVersion);
    String application = label(pod, "spark-app-name");
    String name = application + "-" + unused() + "-exec-" + executor;
    name(pod, name);
    pod.getAsJsonObject("spec").addProperty("hostname", name);
    label(pod, "spark-exec-id", Integer.toString(executor));
    environment(pod, "SPARK_EXECUTOR_ID", Integer.toString(executor));
    environment(pod, "SPARK_DRIVER_URL", "spark://CoarseGrainedScheduler@" + driverHost + ":7078");
    return ofApplication(pod, applicationId);
  }

  /**
   * An executor of a driver in cluster mode: the driver's pod owns it.
   *
   * @param driver the driver as the cluster created it, with its uid
   * @param executor its number, from 1
   */
  public static JsonObject executorOf(JsonObject driver, int executor) {
    String name = name(driver);
    String service = name.replaceAll("-driver$", "-driver-svc");
    JsonObject pod =
        clientModeExecutor(
            label(driver, "spark-app-selector"),
            service
                + "."
                + driver.getAsJsonObject("metadata").get("namespace").getAsString()
                + ".svc",
            executor,
            label(driver, "spark-version"));
    label(pod, "spark-app-name", label(driver, "spark-app-name"));
    return ownedBy(pod, driver);
  }

  /**
   * Sets a pod as the owner of another, as Spark does with {@code
   * spark.kubernetes.driver.pod.name}.
   *
   * @param owner a pod as the cluster created it, with its uid
   * @return the owned pod
   */
  public static JsonObject ownedBy(JsonObject pod, JsonObject owner) {
    JsonObject reference = new JsonObject();
    reference.addProperty("apiVersion", "v1");
    reference.addProperty("kind", "Pod");
    reference.addProperty("name", name(owner));
    reference.add("uid", owner.getAsJsonObject("metadata").get("uid"));
    reference.addProperty("controller", true);
    JsonArray references = new JsonArray();
    references.add(reference);
    pod.getAsJsonObject("metadata").add("ownerReferences", references);
    return pod;
  }

  /** A pod without Spark, with one container of this name. */
  public static JsonObject other(String name, String container) {
    JsonObject pod =
        JsonParser.parseString(
                """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"app": "other"}},
                 "spec": {"containers": []}}
                """)
            .getAsJsonObject();
    return withContainer(name(pod, name + "-" + unused()), container);
  }

  /** Adds a container, as a service mesh or a log shipper does. */
  public static JsonObject withContainer(JsonObject pod, String container) {
    JsonObject added = new JsonObject();
    added.addProperty("name", container);
    added.addProperty("image", "registry.example/" + container + ":latest");
    pod.getAsJsonObject("spec").getAsJsonArray("containers").add(added);
    return pod;
  }

  /** The name of a pod. */
  public static String name(JsonObject pod) {
    return pod.getAsJsonObject("metadata").get("name").getAsString();
  }

  /** The uid that the cluster assigned to a pod. */
  public static String uid(JsonObject pod) {
    return pod.getAsJsonObject("metadata").get("uid").getAsString();
  }

  /** Sets the name of a pod, and returns the pod. */
  public static JsonObject name(JsonObject pod, String name) {
    pod.getAsJsonObject("metadata").addProperty("name", name);
    return pod;
  }

  /** A label of a pod, which must have it. */
  public static String label(JsonObject pod, String key) {
    return pod.getAsJsonObject("metadata").getAsJsonObject("labels").get(key).getAsString();
  }

  /** Sets a label, and returns the pod. */
  public static JsonObject label(JsonObject pod, String key, String value) {
    pod.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty(key, value);
    return pod;
  }

  /** Sets the port of a driver's UI, and returns the pod. */
  public static JsonObject uiPort(JsonObject driver, int port) {
    for (JsonElement named : firstContainer(driver).getAsJsonArray("ports")) {
      if (named.getAsJsonObject().get("name").getAsString().equals("spark-ui")) {
        named.getAsJsonObject().addProperty("containerPort", port);
      }
    }
    return driver;
  }

  /** Sets an environment variable of the first container, and returns the pod. */
  public static JsonObject environment(JsonObject pod, String variable, String value) {
    JsonArray variables = firstContainer(pod).getAsJsonArray("env");
    for (JsonElement each : variables) {
      if (each.getAsJsonObject().get("name").getAsString().equals(variable)) {
        each.getAsJsonObject().addProperty("value", value);
        return pod;
      }
    }
    JsonObject added = new JsonObject();
    added.addProperty("name", variable);
    added.addProperty("value", value);
    variables.add(added);
    return pod;
  }

  private static JsonObject firstContainer(JsonObject pod) {
    return pod.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
  }

  private static JsonObject ofApplication(JsonObject pod, String applicationId) {
    label(pod, "spark-app-selector", applicationId);
    return environment(pod, "SPARK_APPLICATION_ID", applicationId);
  }

  private static String unused() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  private static JsonObject fixture(String name) {
    return FIXTURES.computeIfAbsent(name, PodManifests::read).deepCopy();
  }

  private static JsonObject read(String name) {
    try (InputStreamReader in =
        new InputStreamReader(
            PodManifests.class.getResourceAsStream(name + ".json"), StandardCharsets.UTF_8)) {
      JsonObject pod = JsonParser.parseReader(in).getAsJsonObject();
      JsonObject metadata = pod.getAsJsonObject("metadata");
      metadata.remove("namespace");
      metadata.remove("uid");
      metadata.remove("creationTimestamp");
      return pod;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
