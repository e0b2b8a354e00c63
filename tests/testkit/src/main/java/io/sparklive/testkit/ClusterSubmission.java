// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Spark's own {@code spark-submit} in cluster mode on Kubernetes: it creates a driver pod through a
 * real API server, and ends. No kubelet runs the pod.
 *
 * <p>Spark 3.5 has no setting to leave out the Service of the driver, so an API server of
 * Kubernetes 1.20 rejects its submissions.
 */
public final class ClusterSubmission {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ClusterSubmission() {}

  /**
   * A submission with that version into that namespace.
   *
   * @throws IllegalArgumentException if {@code spark-kubernetes} {@linkplain
   *     NotebookDriver#isAvailable is not available}
   */
  public static Builder builder(SparkVersion version, NotebookNamespace namespace) {
    return new Builder(version, namespace);
  }

  /** Describes a submission; may be used for several. */
  public static final class Builder extends SparkProcessBuilder<Builder> {

    private Builder(SparkVersion version, NotebookNamespace namespace) {
      super(version);
      classPath(NotebookDriver.kubernetesModule(version).toArray(Path[]::new));
      property("spark.master", "k8s://" + namespace.server());
      property("spark.submit.deployMode", "cluster");
      property(
          "spark.kubernetes.authenticate.submission.caCertFile", namespace.caFile().toString());
      property("spark.kubernetes.authenticate.submission.oauthToken", namespace.notebookToken());
      property("spark.kubernetes.namespace", namespace.name());
      property("spark.kubernetes.container.image", "any");
      property("spark.kubernetes.submission.waitAppCompletion", "false");
      // Spark creates these two by a server-side apply, and no process needs them here. The API
      // server of Kubernetes 1.20 rejects the Service, whose ports name no protocol; the account of
      // the namespace may not create the NetworkPolicy.
      property(
          "spark.kubernetes.driver.pod.excludedFeatureSteps",
          "org.apache.spark.deploy.k8s.features.DriverServiceFeatureStep,"
              + "org.apache.spark.deploy.k8s.features.NetworkPolicyFeatureStep");
    }

    @Override
    Builder self() {
      return this;
    }

    /** The name of the driver pod. */
    public Builder driverPod(String name) {
      return property("spark.kubernetes.driver.pod.name", name);
    }

    /**
     * Submits an application, and waits until its driver pod exists.
     *
     * @throws IllegalStateException if the submission fails, with the end of its log
     */
    public void submit(String applicationName) {
      property("spark.app.name", applicationName);
      String name = "submission-" + version;
      Path home = BuildDirectory.forProcess(name);
      JvmProcess process =
          JvmProcess.start(
              command(
                  name,
                  home,
                  List.of("-Xmx256m"),
                  ParentWatchdog.class.getName(),
                  arguments(home)));
      try {
        if (!process.awaitEnd(PATIENCE) || process.process().exitValue() != 0) {
          throw process.failure("did not submit " + applicationName);
        }
      } finally {
        process.kill();
      }
    }

    private List<String> arguments(Path home) {
      return List.of(
          "org.apache.spark.deploy.SparkSubmit",
          "--properties-file",
          propertiesFile(home).toString(),
          "--class",
          "org.example.Application",
          "local:///application.jar");
    }
  }
}
