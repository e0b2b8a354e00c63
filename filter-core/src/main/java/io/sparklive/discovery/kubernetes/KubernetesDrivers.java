// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.application.SourceStatus;
import io.sparklive.concurrent.DaemonThreads;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.discovery.ClientModeDrivers;
import io.sparklive.driver.DriverApi;
import io.sparklive.kubernetes.ApiServerClient;
import io.sparklive.kubernetes.ClusterConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovers the drivers of a Kubernetes cluster: reads the configuration, and starts and stops the
 * watches of driver and executor pods.
 *
 * <p>Starting never waits for the cluster. After a failure the same is tried again, for ever;
 * {@link #statuses} reports the failure.
 */
public final class KubernetesDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesDrivers.class);
  // Executors without a driver pod show client mode only once the driver pods have been listed.
  private static final Duration MAX_WAIT_FOR_DRIVERS = Duration.ofSeconds(10);
  private static final Duration MAX_WAIT_FOR_END = Duration.ofSeconds(5);
  private static final String DEFAULT_NAMESPACE = "default";

  private final KubernetesSettings settings;
  private final Map<String, String> environment;
  private final Path serviceAccount;
  private final KubernetesTimings timings;
  private final ApplicationRegistry registry;
  private final @Nullable ClientModeDrivers clientDrivers;
  private final InstantSource clock;
  private final Outages outages;
  private final FailedExecutors failedExecutors;
  private final ExecutorPods executors;
  private final DriverPods drivers;
  private final DriverPodIndex index;
  private final Instant began;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private volatile @Nullable ApiServerClient client;
  private volatile List<PodWatch> watches = List.of();
  private volatile @Nullable String configurationError;

  /**
   * @param clientDrivers searches for drivers outside of driver pods; null to search for none
   * @param maxEndAge how long ago a driver may have ended if discovery never saw it running
   */
  public KubernetesDrivers(
      KubernetesSettings settings,
      DriverApi api,
      ApplicationRegistry registry,
      @Nullable ClientModeDrivers clientDrivers,
      Duration maxEndAge,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this(
        settings,
        System.getenv(),
        ClusterConfig.SERVICE_ACCOUNT,
        KubernetesTimings.DEFAULT,
        api,
        registry,
        clientDrivers,
        maxEndAge,
        scheduler,
        clock);
  }

  KubernetesDrivers(
      KubernetesSettings settings,
      Map<String, String> environment,
      Path serviceAccount,
      KubernetesTimings timings,
      DriverApi api,
      ApplicationRegistry registry,
      @Nullable ClientModeDrivers clientDrivers,
      Duration maxEndAge,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.settings = settings;
    this.environment = environment;
    this.serviceAccount = serviceAccount;
    this.timings = timings;
    this.registry = registry;
    this.clientDrivers = clientDrivers;
    this.clock = clock;
    this.outages = new Outages(clock);
    this.failedExecutors =
        new FailedExecutors(registry, this::readPod, FailedExecutors.PAUSE, clock);
    this.executors =
        new ExecutorPods(
            this::startClientModeSearch, this::probeClientDriver, failedExecutors::add);
    this.drivers =
        new DriverPods(
            api, registry, executors::hasPods, maxEndAge, timings.driverPoll(), scheduler, clock);
    this.index = new DriverPodIndex(clock);
    this.began = clock.instant();
  }

  /** Starts discovery in the background. */
  public void start() {
    startThread("spark-live-history-kubernetes", this::connect);
  }

  /** The status of each watch; until there are watches, the status of the configuration. */
  public List<SourceStatus> statuses() {
    List<PodWatch> current = watches;
    if (current.isEmpty()) {
      String error = configurationError;
      return List.of(
          new SourceStatus(
              "kubernetes",
              settings.kubeconfig().map(Path::toString).orElse("the cluster of this pod"),
              error == null ? SourceStatus.State.STARTING : SourceStatus.State.DOWN,
              began,
              Optional.empty(),
              0,
              Optional.ofNullable(error)));
    }
    return current.stream().map(this::status).toList();
  }

  /** The application of the newest driver pod with this name. */
  public Optional<ApplicationId> findByPod(String namespace, String name) {
    return index.findByPod(namespace, name).map(this::idOf);
  }

  /** The application of the newest driver pod that an operator created for this name. */
  public Optional<ApplicationId> findBySparkApplication(String namespace, String name) {
    return index.findBySparkApplication(namespace, name).map(this::idOf);
  }

  /** The driver may respond as another application than its pod declares. */
  private ApplicationId idOf(DriverPodIndex.Found pod) {
    return registry
        .findId(new SourceRef(DriverPods.SOURCE, pod.qualifiedName() + " " + pod.uid()))
        .orElse(pod.id());
  }

  /** The state of the watch of driver pods in this namespace; empty if there is none. */
  public Optional<SourceStatus.State> stateOf(String namespace) {
    List<PodWatch> current = watches;
    if (current.isEmpty()) {
      boolean isWanted =
          settings.namespaces().isEmpty()
              || settings.namespaces().contains(namespace)
              || settings.namespaces().contains(KubernetesSettings.ALL);
      return isWanted
          ? Optional.of(
              configurationError == null ? SourceStatus.State.STARTING : SourceStatus.State.DOWN)
          : Optional.empty();
    }
    return current.stream()
        .filter(watch -> watch.query().role().equals("driver"))
        .filter(
            watch ->
                watch.query().namespace().equals(namespace)
                    || watch.query().namespace().equals(KubernetesSettings.ALL))
        .findFirst()
        .map(watch -> watch.status(0).state());
  }

  /** The client of the API server; empty until its configuration has been read. */
  public Optional<ApiServerClient> apiServer() {
    return Optional.ofNullable(client);
  }

  /** Stops discovery. The registry keeps its applications. */
  @Override
  public void close() {
    List<Thread> running;
    synchronized (threads) {
      closed.countDown();
      running = List.copyOf(threads);
    }
    drivers.close();
    failedExecutors.close();
    watches.forEach(PodWatch::close);
    ApiServerClient connected = client;
    if (connected != null) {
      connected.close();
    }
    running.forEach(Thread::interrupt);
    try {
      for (Thread thread : running) {
        thread.join(MAX_WAIT_FOR_END.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SourceStatus status(PodWatch watch) {
    String namespace = watch.query().namespace();
    return watch.query().role().equals("driver")
        ? watch
            .status(drivers.countRunning(namespace))
            .withErrors(drivers.contradictions(namespace))
        : watch.status(executors.countApplications(namespace));
  }

  private void connect() {
    while (closed.getCount() > 0) {
      try {
        ClusterConfig config =
            ClusterConfig.of(settings, environment, serviceAccount, timings.tokenRefresh());
        startWatches(config);
        return;
      } catch (IOException | RuntimeException e) {
        String why =
            e instanceof NoSuchFileException ? "no such file: " + e.getMessage() : e.getMessage();
        String message = "Kubernetes discovery cannot start: " + why;
        if (!message.equals(configurationError)) {
          LOG.warn("{}. Retry every {} s", message, timings.configurationRetry().toSeconds());
          configurationError = message;
        }
      }
      if (!pause(timings.configurationRetry())) {
        return;
      }
    }
  }

  private synchronized void startWatches(ClusterConfig config) {
    ApiServerClient connected =
        new ApiServerClient(config, timings.responseTimeout(), timings.readTimeout());
    client = connected;
    List<String> namespaces = namespaces(config);
    // In this order: an application that the index finds is in the registry.
    PodListener driverListener = new PodListeners(List.of(drivers, index));
    List<PodWatch> all = new ArrayList<>();
    for (String namespace : namespaces) {
      PodWatch driverPods =
          new PodWatch(
              PodQuery.drivers(namespace), connected, driverListener, outages, timings, clock);
      all.add(driverPods);
      startThread("spark-live-history-drivers-" + namespace, driverPods);
      if (clientDrivers != null) {
        PodWatch executorPods =
            new PodWatch(
                PodQuery.executors(namespace), connected, executors, outages, timings, clock);
        all.add(executorPods);
        startThread(
            "spark-live-history-executors-" + namespace,
            () -> runAfterListing(driverPods, executorPods));
      }
    }
    if (clientDrivers != null) {
      startThread("spark-live-history-failed-executors", failedExecutors);
    }
    watches = List.copyOf(all);
    LOG.info(
        "Watching driver pods in {}, namespaces: {}",
        connected.address(),
        String.join(", ", namespaces));
    if (closed.getCount() == 0) {
      all.forEach(PodWatch::close);
      connected.close();
    }
  }

  private List<String> namespaces(ClusterConfig config) {
    return settings.namespaces().isEmpty()
        ? List.of(config.namespace().orElse(DEFAULT_NAMESPACE))
        : settings.namespaces();
  }

  /** Runs a watch once another one has listed its pods, or after ten seconds. */
  private static void runAfterListing(PodWatch first, PodWatch next) {
    try {
      boolean unused = first.awaitListed(MAX_WAIT_FOR_DRIVERS);
      next.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Pod readPod(String namespace, String name) throws IOException {
    return PodReader.request(requireNonNull(client), namespace, name);
  }

  private void startClientModeSearch(ExecutorPods.Application application) {
    if (!hasDriverPod(application)) {
      var unused =
          requireNonNull(clientDrivers)
              .startSearch(
                  new ExecutorHint(
                      application, executors, this::hasDriverPod, requireNonNull(client)));
    }
  }

  private void probeClientDriver(ExecutorPods.Application application) {
    if (clientDrivers != null) {
      clientDrivers.probeNow(application.id());
    }
  }

  /**
   * Whether a driver pod runs, or has run, an application. Executors may outlive the pod of their
   * driver by some seconds.
   */
  private boolean hasDriverPod(ExecutorPods.Application application) {
    return drivers.has(application)
        || registry
            .find(application.id())
            .filter(known -> isFromPodIn(known, application.namespace()))
            .isPresent();
  }

  private static boolean isFromPodIn(LiveApplication known, String namespace) {
    return known.source().kind().equals(DriverPods.SOURCE)
        && known.namespace().equals(Optional.of(namespace));
  }

  /** Starts a thread that {@link #close} ends; none once that has been called. */
  private void startThread(String name, Runnable task) {
    synchronized (threads) {
      if (closed.getCount() > 0) {
        Thread thread = DaemonThreads.create(name, task);
        threads.add(thread);
        thread.start();
      }
    }
  }

  private boolean pause(Duration wait) {
    try {
      return !closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
