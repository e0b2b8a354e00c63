// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A notebook in a cluster: a JVM whose Spark sessions have a {@code k8s://} master in client mode.
 *
 * <p>Spark's own Kubernetes client creates real executor pods through a real API server. No
 * executor runs in them, so no task ever runs either: a job waits until it is cancelled. Several of
 * these on one host are several notebooks in one pod.
 *
 * <p>Its output is in a directory of its own under {@code target/processes}. It never outlives the
 * JVM that started it. One thread at a time may send commands to it.
 */
public final class NotebookDriver implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final JvmProcess process;
  private final CommandChannel channel;

  private NotebookDriver(JvmProcess process) {
    this.process = process;
    channel = new CommandChannel(process, "SESSION|STARTED|CANCELLED|STOPPED");
  }

  /** The jars of {@code spark-kubernetes} beside those of Spark SQL. */
  static Set<Path> kubernetesModule(SparkVersion version) {
    Optional<List<Path>> all = SparkClassPath.of(version, "spark-kubernetes");
    Set<Path> jars =
        new LinkedHashSet<>(
            all.orElseThrow(
                () -> new IllegalArgumentException("No spark-kubernetes of " + version)));
    SparkClassPath.of(version).forEach(jars::remove);
    return jars;
  }

  /** Whether notebooks are possible: whether {@code spark-kubernetes} of that line is available. */
  public static boolean isAvailable(SparkVersion version) {
    return SparkClassPath.of(version, "spark-kubernetes").isPresent();
  }

  /**
   * A notebook of that version in that namespace.
   *
   * @throws IllegalArgumentException if it {@linkplain #isAvailable is not available}
   */
  public static Builder builder(SparkVersion version, NotebookNamespace namespace) {
    return new Builder(version, namespace);
  }

  /**
   * Starts a session, as the first cell of a notebook does, and waits until it runs.
   *
   * @throws IllegalStateException if that takes more than two minutes
   */
  public Session startSession(String name) {
    String[] words = channel.request("start " + name, PATIENCE).split(" ", 3);
    return new Session(words[1], Integer.parseInt(words[2]));
  }

  /** Stops the session; the notebook continues. */
  public void stopSession() {
    channel.request("stop", PATIENCE);
  }

  /** Starts a job of two tasks, which waits for executors, and returns at once. */
  public void startJob() {
    channel.request("job", PATIENCE);
  }

  /** Cancels all jobs: with dynamic allocation Spark needs no executors any longer. */
  public void cancelJobs() {
    channel.request("cancel", PATIENCE);
  }

  /** Its log so far. */
  public String log() {
    return process.log();
  }

  /** Kills the process, as the deletion of its pod does in the end, and waits until it is gone. */
  public void kill() {
    process.kill();
  }

  /** Kills the process if it still runs, and waits until it is gone. */
  @Override
  public void close() {
    process.kill();
  }

  /**
   * One Spark session of a notebook.
   *
   * @param applicationId the id that Spark assigned to it
   * @param port the HTTP port of its UI, on 127.0.0.1
   */
  public record Session(String applicationId, int port) implements WebServer {
    @Override
    public URI uri() {
      return URI.create("http://127.0.0.1:" + port);
    }
  }

  /** Describes a notebook; may be used for several. */
  public static final class Builder extends SparkProcessBuilder<Builder> {

    private Builder(SparkVersion version, NotebookNamespace namespace) {
      super(version);
      classPath(kubernetesModule(version).toArray(Path[]::new));
      property("spark.master", "k8s://" + namespace.server());
      property("spark.kubernetes.authenticate.caCertFile", namespace.caFile().toString());
      property("spark.kubernetes.authenticate.oauthToken", namespace.notebookToken());
      property("spark.kubernetes.namespace", namespace.name());
      property("spark.kubernetes.container.image", "any");
      property("spark.driver.bindAddress", "127.0.0.1");
      // The executors of these tests never register: do not wait half a minute for them.
      property("spark.scheduler.maxRegisteredResourcesWaitingTime", "0s");
    }

    @Override
    Builder self() {
      return this;
    }

    /** The driver's name or address for executors: the setting by which they find the driver. */
    public Builder driverHost(String host) {
      return property("spark.driver.host", host);
    }

    /** The port of its UI, or the next free one, as with Spark's own 4040. */
    public Builder uiPort(int port) {
      return property("spark.ui.port", Integer.toString(port));
    }

    /** That many executors from the start. */
    public Builder executors(int count) {
      return property("spark.executor.instances", Integer.toString(count));
    }

    /** Executors only for a job that waits for them. */
    public Builder dynamicAllocation() {
      return property("spark.dynamicAllocation.enabled", "true")
          .property("spark.dynamicAllocation.shuffleTracking.enabled", "true")
          .property("spark.dynamicAllocation.minExecutors", "0");
    }

    /** Writes an event log into that directory; without this call there is none. */
    public Builder eventLogDirectory(Path directory) {
      return property("spark.eventLog.enabled", "true")
          .property("spark.eventLog.dir", directory.toUri().toString());
    }

    /** The pod that it runs in, which must exist: the owner of its executors. */
    public Builder podName(String pod) {
      return property("spark.kubernetes.driver.pod.name", pod);
    }

    /** Starts it, without a session. */
    public NotebookDriver start() {
      String name = "notebook-" + version;
      List<String> options = new ArrayList<>(List.of("-Xmx512m"));
      properties.forEach((key, value) -> options.add("-D" + key + "=" + value));
      return new NotebookDriver(
          JvmProcess.startInteractive(
              command(
                  name,
                  BuildDirectory.forProcess(name),
                  options,
                  LiveNotebook.class.getName(),
                  List.of())));
    }
  }
}
