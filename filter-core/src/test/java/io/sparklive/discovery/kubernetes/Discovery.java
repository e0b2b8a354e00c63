// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.discovery.ClientModeDrivers;
import io.sparklive.discovery.DriverAddressResolver;
import io.sparklive.discovery.ProbeIntervals;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverHttpClient;
import io.sparklive.network.AllowedNetworks;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Discovery in a cluster, wired as the History Server wires it, but with shorter intervals. */
final class Discovery implements AutoCloseable {
  /** How long ago a driver may have ended if discovery never saw it running. */
  static final Duration MAX_END_AGE = Duration.ofMinutes(10);

  /** How long a driver without executors may accept connections without a response. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Only 127.0.0.1, on which the drivers of the tests listen. */
  static final AllowedNetworks HERE = AllowedNetworks.of(List.of("127.0.0.1"));

  /** How long the driver API waits for a driver's response. */
  static final Duration DRIVER_TIMEOUT = Duration.ofSeconds(1);

  /** How often a driver in client mode is polled. */
  static final Duration REFRESH = Duration.ofMillis(100);

  /** Short intervals; the timeouts are those of production, as a busy machine responds late. */
  static final KubernetesTimings TIMINGS =
      new KubernetesTimings(
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofSeconds(3),
          KubernetesTimings.DEFAULT.responseTimeout(),
          KubernetesTimings.DEFAULT.readTimeout(),
          KubernetesTimings.DEFAULT.tokenRefresh(),
          Duration.ofMillis(200));

  private static final ProbeIntervals INTERVALS =
      new ProbeIntervals(
          REFRESH,
          PATIENCE,
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofMillis(300));

  private final DriverHttpClient client;
  private final ScheduledExecutorService scheduler =
      Executors.newScheduledThreadPool(1, Thread::new);
  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final Optional<ClientModeDrivers> clientDrivers;
  private final KubernetesDrivers drivers;

  private Discovery(
      KubernetesSettings settings,
      Map<String, String> environment,
      Path serviceAccount,
      KubernetesTimings timings,
      Optional<DriverAddressResolver> hosts) {
    client = client();
    InstantSource clock = InstantSource.system();
    DriverApi api = new DriverApi(client.client(), "spark-live-history-1", DRIVER_TIMEOUT);
    clientDrivers =
        hosts.map(
            addressResolver ->
                new ClientModeDrivers(api, registry, addressResolver, INTERVALS, scheduler, clock));
    drivers =
        new KubernetesDrivers(
            settings,
            environment,
            serviceAccount,
            timings,
            api,
            registry,
            clientDrivers.orElse(null),
            MAX_END_AGE,
            scheduler,
            clock);
  }

  /** Discovers only driver pods. */
  static Discovery ofDriverPods(Path kubeconfig, String... namespaces) {
    return ofDriverPods(TIMINGS, kubeconfig, namespaces);
  }

  /** Discovers only driver pods, with these intervals and timeouts. */
  static Discovery ofDriverPods(KubernetesTimings timings, Path kubeconfig, String... namespaces) {
    return started(of(kubeconfig, namespaces), timings, Optional.empty());
  }

  /** Discovers drivers in client mode too. */
  static Discovery withClientMode(
      DriverAddressResolver hosts, Path kubeconfig, String... namespaces) {
    return withClientMode(TIMINGS, hosts, kubeconfig, namespaces);
  }

  /** Discovers drivers in client mode too, with these intervals and timeouts. */
  static Discovery withClientMode(
      KubernetesTimings timings,
      DriverAddressResolver hosts,
      Path kubeconfig,
      String... namespaces) {
    return started(of(kubeconfig, namespaces), timings, Optional.of(hosts));
  }

  /** Discovers driver pods with these settings. */
  static Discovery of(KubernetesSettings settings) {
    return started(settings, TIMINGS, Optional.empty());
  }

  /** Discovers driver pods as from within a pod. */
  static Discovery inPod(Map<String, String> environment, Path serviceAccount) {
    return inPod(TIMINGS, environment, serviceAccount);
  }

  /** Discovers driver pods as from within a pod, with these intervals and timeouts. */
  static Discovery inPod(
      KubernetesTimings timings, Map<String, String> environment, Path serviceAccount) {
    return new Discovery(
            new KubernetesSettings(Optional.empty(), Optional.empty(), List.of()),
            environment,
            serviceAccount,
            timings,
            Optional.empty())
        .start();
  }

  /** A resolver that finds no host. */
  static DriverAddressResolver noHosts() {
    return new DriverAddressResolver(
        host -> {
          throw new UnknownHostException(host);
        },
        HERE,
        List.of(4040));
  }

  private static KubernetesSettings of(Path kubeconfig, String... namespaces) {
    return new KubernetesSettings(Optional.of(kubeconfig), Optional.empty(), List.of(namespaces));
  }

  private static Discovery started(
      KubernetesSettings settings,
      KubernetesTimings timings,
      Optional<DriverAddressResolver> hosts) {
    return new Discovery(settings, Map.of(), Path.of("/nowhere"), timings, hosts).start();
  }

  private static DriverHttpClient client() {
    try {
      return new DriverHttpClient(8);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Discovery start() {
    drivers.start();
    return this;
  }

  /** A wait for results that come over a network, on a machine that may be busy. */
  static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }

  ApplicationRegistry registry() {
    return registry;
  }

  /** The application of this id; empty if it is not listed. */
  Optional<LiveApplication> find(String id) {
    return registry.find(new ApplicationId(id));
  }

  /** The application of this id, which must be listed. */
  LiveApplication get(String id) {
    return find(id).orElseThrow(() -> new AssertionError(id + " is not among " + registry.all()));
  }

  /** The end of an application, which must have ended. */
  Instant ended(String id) {
    return get(id).ended().orElseThrow();
  }

  /** Whether an application is listed in this state. */
  boolean hasState(String id, ApplicationState state) {
    return find(id).filter(application -> application.state() == state).isPresent();
  }

  /** Waits until an application is in this state. */
  void await(String id, ApplicationState state) {
    soon().until(() -> hasState(id, state));
  }

  /** Waits until every watch works. */
  void awaitUp() {
    soon().until(() -> statuses().stream().allMatch(s -> s.state() == SourceStatus.State.UP));
  }

  /** Waits until a watch, or the configuration, has an error with these words. */
  void awaitError(String words) {
    soon().until(() -> errors().stream().anyMatch(error -> error.contains(words)));
  }

  List<SourceStatus> statuses() {
    return drivers.statuses();
  }

  /** The errors of all watches, or of the configuration. */
  List<String> errors() {
    return statuses().stream().flatMap(status -> status.error().stream()).toList();
  }

  /** The status of the watch of the pods of a role in a namespace. */
  SourceStatus status(String role, String namespace) {
    return statuses().stream()
        .filter(status -> status.kind().equals(role + " pods"))
        .filter(status -> status.scope().equals("namespace " + namespace))
        .findFirst()
        .orElseThrow();
  }

  /** The status of the search for drivers in client mode. */
  SourceStatus clientMode() {
    return clientDrivers.orElseThrow().status();
  }

  /** Ends only the watches, and waits for their threads. */
  void closeWatches() {
    drivers.close();
  }

  @Override
  public void close() {
    drivers.close();
    clientDrivers.ifPresent(ClientModeDrivers::close);
    scheduler.shutdownNow();
    client.close();
  }
}
