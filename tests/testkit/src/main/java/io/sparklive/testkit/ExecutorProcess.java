// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The executor of a pod that Spark has created, in its own JVM on 127.0.0.1: started with the
 * environment of the pod, as the entry point of Spark's image does.
 *
 * <p>It never outlives the JVM that started it.
 */
public final class ExecutorProcess implements AutoCloseable {

  private final JvmProcess process;

  private ExecutorProcess(JvmProcess process) {
    this.process = process;
  }

  /**
   * Starts the executor; it registers with its driver a moment later.
   *
   * @param pod the pod as the API server has it
   */
  public static ExecutorProcess start(SparkVersion version, JsonObject pod) {
    return new Builder(version, pod).start();
  }

  /** Its log so far. */
  public String log() {
    return process.log();
  }

  /** Kills the process if it still runs, and waits until it is gone. */
  @Override
  public void close() {
    process.kill();
  }

  /** Reads the pod. */
  static final class Builder extends SparkProcessBuilder<Builder> {

    private final Map<String, String> variables = new TreeMap<>();
    private final String podName;

    private Builder(SparkVersion version, JsonObject pod) {
      super(version);
      podName = pod.getAsJsonObject("metadata").get("name").getAsString();
      JsonObject container =
          pod.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
      for (JsonElement each : container.getAsJsonArray("env")) {
        JsonObject variable = each.getAsJsonObject();
        if (variable.has("value")) {
          variables.put(variable.get("name").getAsString(), variable.get("value").getAsString());
        }
      }
      classPath(NotebookDriver.kubernetesModule(version).toArray(Path[]::new));
      variables.forEach(
          (name, value) -> {
            if (name.startsWith("SPARK_JAVA_OPT_")) {
              jvmOptions(value);
            } else if (name.startsWith("SPARK_EXECUTOR_ATTRIBUTE_")
                || name.startsWith("SPARK_LOG_URL_")) {
              environment(name, value);
            }
          });
    }

    @Override
    Builder self() {
      return this;
    }

    private ExecutorProcess start() {
      String name = "executor-" + version;
      return new ExecutorProcess(
          JvmProcess.start(
              command(
                  name,
                  BuildDirectory.forProcess(name),
                  List.of("-Xmx512m"),
                  ParentWatchdog.class.getName(),
                  arguments())));
    }

    private List<String> arguments() {
      return List.of(
          "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend",
          "--driver-url",
          variables.get("SPARK_DRIVER_URL"),
          "--executor-id",
          variables.get("SPARK_EXECUTOR_ID"),
          "--cores",
          variables.get("SPARK_EXECUTOR_CORES"),
          "--app-id",
          variables.get("SPARK_APPLICATION_ID"),
          "--hostname",
          "127.0.0.1",
          "--resourceProfileId",
          variables.get("SPARK_RESOURCE_PROFILE_ID"),
          "--podName",
          podName);
    }
  }
}
