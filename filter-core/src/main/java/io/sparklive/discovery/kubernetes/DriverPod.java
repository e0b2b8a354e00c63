// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.PendingReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A driver in cluster mode, as its pod declares it. Spark itself, and the operators that run it,
 * write the same labels, variables and port names.
 *
 * @param qualifiedName namespace and name, for messages
 * @param info the data of the application in the pod; its name there is a sanitised form
 * @param address the future address of the UI; empty until the pod has an address
 * @param hostNetwork whether other pods may have the same address
 * @param state the state of the driver
 * @param lastRun how the run of the container before the current state ended, if there was one
 * @param onDeletion how the driver has ended if the pod is deleted in this state
 */
record DriverPod(
    String uid,
    String namespace,
    String qualifiedName,
    ApplicationId id,
    ApplicationInfo info,
    Optional<DriverAddress> address,
    boolean hostNetwork,
    DriverState state,
    Optional<DriverEnd> lastRun,
    DriverEnd onDeletion) {
  private static final int DEFAULT_UI_PORT = 4040;
  private static final String UI_PORT = "spark-ui";
  private static final String DRIVER_CONTAINER = "spark-kubernetes-driver";

  /** The state of the driver, from the phase of its pod and the status of its container. */
  sealed interface DriverState {}

  /**
   * The container has not started, or will start again.
   *
   * @param reason why it does not run
   */
  record Waiting(PendingReason reason) implements DriverState {}

  /**
   * The container runs.
   *
   * @param since the start time, by the clock of its node
   */
  record Running(Instant since) implements DriverState {}

  /**
   * The container has terminated, even if others in the pod still run.
   *
   * @param end how it ended, and whether it ran before
   * @param hasStatus whether the pod has a status of the container
   */
  record Terminated(Instant at, DriverEnd end, boolean hasStatus) implements DriverState {}

  /**
   * The driver that this pod runs; empty if the pod names no application.
   *
   * @param now the time of the event, used where the pod gives no time
   */
  static Optional<DriverPod> of(Pod pod, Instant now) {
    Pod.Container driver = driverContainer(pod).orElse(null);
    Map<String, String> env = driver == null ? Map.of() : driver.env();
    PodStatus.Container status =
        driver == null ? null : pod.status().containers().get(driver.name());
    DriverState state = state(pod, driver, status, now);
    Instant started = state instanceof Waiting ? created(pod, now) : started(pod, status, now);
    return id(pod, env)
        .map(
            id ->
                new DriverPod(
                    pod.uid(),
                    pod.namespace(),
                    pod.namespace() + "/" + pod.name(),
                    id,
                    info(pod, env, started, now),
                    pod.status().ip().map(ip -> new DriverAddress(ip, uiPort(driver))),
                    pod.hostNetwork(),
                    state,
                    new EndedPod(pod, status, false).lastRun(),
                    new EndedPod(pod, status, true).end()));
  }

  private static Optional<ApplicationId> id(Pod pod, Map<String, String> env) {
    return Optional.ofNullable(pod.labels().get("spark-app-selector"))
        .or(() -> Optional.ofNullable(env.get("SPARK_APPLICATION_ID")))
        .flatMap(ApplicationId::parse);
  }

  /** Pod templates may give the container another name, and put sidecars before it. */
  private static Optional<Pod.Container> driverContainer(Pod pod) {
    List<Pod.Container> containers = pod.containers();
    return containers.stream()
        .filter(c -> c.env().containsKey("SPARK_DRIVER_BIND_ADDRESS"))
        .findFirst()
        .or(() -> containers.stream().filter(c -> c.name().equals(DRIVER_CONTAINER)).findFirst())
        .or(() -> containers.stream().filter(c -> c.ports().containsKey(UI_PORT)).findFirst())
        .or(() -> containers.stream().findFirst());
  }

  private static int uiPort(Pod.@Nullable Container driver) {
    Map<String, Integer> ports = driver == null ? Map.of() : driver.ports();
    return Optional.ofNullable(ports.get(UI_PORT))
        .or(
            () ->
                ports.entrySet().stream()
                    .filter(port -> port.getKey().contains("ui"))
                    .sorted(Map.Entry.comparingByKey())
                    .map(Map.Entry::getValue)
                    .findFirst())
        .orElse(DEFAULT_UI_PORT);
  }

  private static DriverState state(
      Pod pod, Pod.@Nullable Container driver, PodStatus.@Nullable Container status, Instant now) {
    String phase = pod.status().phase();
    boolean podEnded = phase.equals("Succeeded") || phase.equals("Failed");
    if (podEnded || (status != null && status.state().isTerminated())) {
      // An evicted pod may have lost the times of its containers.
      Instant at =
          Optional.ofNullable(status)
              .flatMap(container -> container.state().finishedAt())
              .or(pod.status()::changed)
              .orElse(now);
      DriverEnd end = new EndedPod(pod, status, pod.deleted().isPresent()).end();
      return new Terminated(at.isAfter(now) ? now : at, end, status != null);
    }
    if (status != null && status.state().phase() == PodStatus.Phase.RUNNING) {
      // The clock of the kubelet may be ahead. The time is not changed: it identifies the run.
      return new Running(started(pod, status, now));
    }
    return new Waiting(new WaitingPod(pod, driver).reason());
  }

  private static Instant started(Pod pod, PodStatus.@Nullable Container status, Instant now) {
    return Optional.ofNullable(status)
        .flatMap(container -> container.state().startedAt())
        .or(pod.status()::started)
        .orElseGet(() -> created(pod, now));
  }

  private static Instant created(Pod pod, Instant now) {
    return pod.created().orElse(now);
  }

  private static ApplicationInfo info(
      Pod pod, Map<String, String> env, Instant started, Instant now) {
    return new ApplicationInfo(
        pod.labels().getOrDefault("spark-app-name", pod.name()),
        Optional.empty(),
        started.isAfter(now) ? now : started,
        env.getOrDefault("SPARK_USER", ""),
        pod.labels().getOrDefault("spark-version", ApplicationInfo.UNKNOWN_VERSION));
  }
}
