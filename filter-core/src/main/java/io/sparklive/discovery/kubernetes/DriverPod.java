package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A driver in cluster mode, as its pod shows it. Spark itself, and the operators that run it, write
 * the same labels, variables and port names.
 *
 * @param place namespace and name, for people
 * @param facts what the pod says of the application; its name there is a sanitised form
 * @param address where the UI will be, once the pod has an address
 * @param hostNetwork whether other pods may have the same address
 * @param life where the driver's container stands
 */
record DriverPod(
    String uid,
    String namespace,
    String place,
    ApplicationId id,
    ApplicationInfo facts,
    Optional<DriverAddress> address,
    boolean hostNetwork,
    ContainerState life) {
  private static final int DEFAULT_UI_PORT = 4040;
  private static final String UI_PORT = "spark-ui";
  private static final String DRIVER_CONTAINER = "spark-kubernetes-driver";

  /** Where the driver's container stands. */
  sealed interface ContainerState {}

  /** It has not begun, or is to begin again. */
  record Waiting() implements ContainerState {}

  /**
   * It runs.
   *
   * @param since as its node's clock says
   */
  record Running(Instant since) implements ContainerState {}

  /**
   * It has ended, whatever else goes on in its pod.
   *
   * @param ran whether its status shows that it ran before. Since Kubernetes 1.27 a container that
   *     was never created is {@code terminated} too, with {@code ContainerStatusUnknown} and no
   *     start; and a pod that its node refused has no container statuses
   */
  record Terminated(Instant at, boolean ran) implements ContainerState {}

  /**
   * The driver that this pod runs, or empty where it names no application.
   *
   * @param now when it was seen, for what the pod does not date
   */
  static Optional<DriverPod> of(Pod pod, Instant now) {
    Optional<Pod.Container> driver = driverContainer(pod);
    Map<String, String> env = driver.map(Pod.Container::env).orElse(Map.of());
    ContainerState life = life(pod, driver.map(Pod.Container::name), now);
    return id(pod, env)
        .map(
            id ->
                new DriverPod(
                    pod.uid(),
                    pod.namespace(),
                    pod.namespace() + "/" + pod.name(),
                    id,
                    facts(pod, env, driver, life, now),
                    pod.ip().map(ip -> new DriverAddress(ip, uiPort(driver))),
                    pod.hostNetwork(),
                    life));
  }

  private static Optional<ApplicationId> id(Pod pod, Map<String, String> env) {
    return Optional.ofNullable(pod.labels().get("spark-app-selector"))
        .or(() -> Optional.ofNullable(env.get("SPARK_APPLICATION_ID")))
        .flatMap(ApplicationId::parse);
  }

  /** Pod templates may give it another name and put sidecars before it. */
  private static Optional<Pod.Container> driverContainer(Pod pod) {
    List<Pod.Container> containers = pod.containers();
    return containers.stream()
        .filter(c -> c.env().containsKey("SPARK_DRIVER_BIND_ADDRESS"))
        .findFirst()
        .or(() -> containers.stream().filter(c -> c.name().equals(DRIVER_CONTAINER)).findFirst())
        .or(() -> containers.stream().filter(c -> c.ports().containsKey(UI_PORT)).findFirst())
        .or(() -> containers.stream().findFirst());
  }

  private static int uiPort(Optional<Pod.Container> driver) {
    Map<String, Integer> ports = driver.map(Pod.Container::ports).orElse(Map.of());
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

  private static ContainerState life(Pod pod, Optional<String> container, Instant now) {
    Optional<Pod.ContainerStatus> status = container.map(pod.statuses()::get);
    boolean over = pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
    if (over || status.map(s -> s.state() == Pod.ContainerState.TERMINATED).orElse(false)) {
      // An evicted pod may have lost its containers' times.
      Instant at = status.flatMap(Pod.ContainerStatus::ended).or(pod::changed).orElse(now);
      boolean ran = status.flatMap(Pod.ContainerStatus::began).isPresent();
      return new Terminated(at.isAfter(now) ? now : at, ran);
    }
    if (status.map(s -> s.state() == Pod.ContainerState.RUNNING).orElse(false)) {
      // As the kubelet's clock says, which may be ahead: it tells one run from the next.
      return new Running(
          status.flatMap(Pod.ContainerStatus::began).or(pod::started).or(pod::created).orElse(now));
    }
    return new Waiting();
  }

  private static ApplicationInfo facts(
      Pod pod,
      Map<String, String> env,
      Optional<Pod.Container> driver,
      ContainerState life,
      Instant now) {
    Instant started =
        life instanceof Running running
            ? running.since()
            : driver
                .map(c -> pod.statuses().get(c.name()))
                .flatMap(Pod.ContainerStatus::began)
                .or(pod::started)
                .or(pod::created)
                .orElse(now);
    return new ApplicationInfo(
        pod.labels().getOrDefault("spark-app-name", pod.name()),
        Optional.empty(),
        started.isAfter(now) ? now : started,
        env.getOrDefault("SPARK_USER", ""),
        pod.labels().getOrDefault("spark-version", ApplicationInfo.UNKNOWN_VERSION));
  }
}
