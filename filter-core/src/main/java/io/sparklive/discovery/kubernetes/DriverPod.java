// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
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
 */
record DriverPod(
    String uid,
    String namespace,
    String qualifiedName,
    ApplicationId id,
    ApplicationInfo info,
    Optional<DriverAddress> address,
    boolean hostNetwork,
    DriverState state) {
  private static final int DEFAULT_UI_PORT = 4040;
  private static final String UI_PORT = "spark-ui";
  private static final String DRIVER_CONTAINER = "spark-kubernetes-driver";

  /** The state of the driver, from the phase of its pod and the status of its container. */
  sealed interface DriverState {}

  /** The container has not started, or will start again. */
  record Waiting() implements DriverState {}

  /**
   * The container runs.
   *
   * @param since the start time, by the clock of its node
   */
  record Running(Instant since) implements DriverState {}

  /**
   * The container has terminated, even if others in the pod still run.
   *
   * @param ran whether the status shows that the container ran before. Since Kubernetes 1.27 a
   *     container that was never created is {@code terminated} too, with {@code
   *     ContainerStatusUnknown} and no start; a pod that its node rejected has no container
   *     statuses
   */
  record Terminated(Instant at, boolean ran) implements DriverState {}

  /**
   * The driver that this pod runs; empty if the pod names no application.
   *
   * @param now the time of the event, used where the pod gives no time
   */
  static Optional<DriverPod> of(Pod pod, Instant now) {
    Pod.Container driver = driverContainer(pod).orElse(null);
    Map<String, String> env = driver == null ? Map.of() : driver.env();
    Pod.ContainerStatus status = driver == null ? null : pod.statuses().get(driver.name());
    DriverState state = state(pod, status, now);
    return id(pod, env)
        .map(
            id ->
                new DriverPod(
                    pod.uid(),
                    pod.namespace(),
                    pod.namespace() + "/" + pod.name(),
                    id,
                    info(pod, env, started(pod, status, now), now),
                    pod.ip().map(ip -> new DriverAddress(ip, uiPort(driver))),
                    pod.hostNetwork(),
                    state));
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

  private static DriverState state(Pod pod, Pod.@Nullable ContainerStatus status, Instant now) {
    boolean podEnded = pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
    if (podEnded || (status != null && status.state() == Pod.ContainerState.TERMINATED)) {
      // An evicted pod may have lost the times of its containers.
      Instant at =
          Optional.ofNullable(status)
              .flatMap(Pod.ContainerStatus::finishedAt)
              .or(pod::changed)
              .orElse(now);
      boolean ran = status != null && status.startedAt().isPresent();
      return new Terminated(at.isAfter(now) ? now : at, ran);
    }
    if (status != null && status.state() == Pod.ContainerState.RUNNING) {
      // The clock of the kubelet may be ahead. The time is not changed: it identifies the run.
      return new Running(started(pod, status, now));
    }
    return new Waiting();
  }

  private static Instant started(Pod pod, Pod.@Nullable ContainerStatus status, Instant now) {
    return Optional.ofNullable(status)
        .flatMap(Pod.ContainerStatus::startedAt)
        .or(pod::started)
        .or(pod::created)
        .orElse(now);
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
