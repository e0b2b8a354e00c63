package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.discovery.ClientModeDrivers;
import io.sparklive.driver.DriverApi;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a Kubernetes cluster shows of running drivers.
 *
 * <p>Starting never waits for the cluster. Whatever fails is tried again, for ever, and told by
 * {@link #statuses}.
 */
public final class KubernetesDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesDrivers.class);
  // Executors of an unknown application mean client mode only once driver pods have been listed.
  private static final Duration DRIVERS_FIRST = Duration.ofSeconds(10);
  private static final Duration END_WITHIN = Duration.ofSeconds(5);
  private static final String DEFAULT_NAMESPACE = "default";

  private final KubernetesSettings settings;
  private final Map<String, String> environment;
  private final Path serviceAccount;
  private final KubernetesTimings timings;
  private final ApplicationRegistry registry;
  private final Optional<ClientModeDrivers> clientDrivers;
  private final InstantSource clock;
  private final Outages outages;
  private final ExecutorPods executors;
  private final DriverPods drivers;
  private final Instant began;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private volatile Optional<ApiServerClient> cluster = Optional.empty();
  private volatile List<PodWatch> watches = List.of();
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * @param clientDrivers looks for drivers outside of driver pods; empty where none does
   * @param remembered how long ago a driver may have ended that nobody saw running
   */
  public KubernetesDrivers(
      KubernetesSettings settings,
      DriverApi api,
      ApplicationRegistry registry,
      Optional<ClientModeDrivers> clientDrivers,
      Duration remembered,
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
        remembered,
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
      Optional<ClientModeDrivers> clientDrivers,
      Duration remembered,
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
    this.executors =
        new ExecutorPods(
            this::lookForClientDriver,
            application -> clientDrivers.ifPresent(d -> d.probeNow(application.id())));
    this.drivers =
        new DriverPods(
            api, registry, executors::has, remembered, timings.driverPoll(), scheduler, clock);
    this.began = clock.instant();
  }

  /** Begins to look, in the background. */
  public void start() {
    run("spark-live-history-kubernetes", this::connect);
  }

  /** How each watch fares; while there is none, how the configuration does. */
  public List<SourceStatus> statuses() {
    List<PodWatch> now = watches;
    if (now.isEmpty()) {
      return List.of(
          new SourceStatus(
              "kubernetes",
              settings.kubeconfig().map(Path::toString).orElse("the cluster of this pod"),
              trouble.isPresent() ? SourceStatus.State.DOWN : SourceStatus.State.STARTING,
              began,
              Optional.empty(),
              0,
              trouble));
    }
    return now.stream().map(this::status).toList();
  }

  /** Looks no more; what was seen stays as it was. */
  @Override
  public void close() {
    closed.countDown();
    drivers.close();
    watches.forEach(PodWatch::close);
    cluster.ifPresent(ApiServerClient::close);
    List<Thread> running;
    synchronized (threads) {
      running = List.copyOf(threads);
    }
    running.forEach(Thread::interrupt);
    try {
      for (Thread thread : running) {
        thread.join(END_WITHIN.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SourceStatus status(PodWatch watch) {
    String namespace = watch.query().namespace();
    return watch.query().role().equals("driver")
        ? watch.status(drivers.running(namespace)).withErrors(drivers.contradictions(namespace))
        : watch.status(executors.applicationsIn(namespace));
  }

  private void connect() {
    while (closed.getCount() > 0) {
      try {
        ClusterConfig config =
            ClusterConfig.of(settings, environment, serviceAccount, timings.tokenRefresh());
        watch(config);
        return;
      } catch (IOException | RuntimeException e) {
        String why =
            e instanceof NoSuchFileException ? "no such file: " + e.getMessage() : e.getMessage();
        String words = "Kubernetes cannot be asked for drivers: " + why;
        if (!trouble.equals(Optional.of(words))) {
          trouble = Optional.of(words);
          LOG.warn(
              "{}. This is tried again every {} s",
              words,
              timings.configurationRetry().toSeconds());
        }
      }
      if (!pause(timings.configurationRetry())) {
        return;
      }
    }
  }

  private synchronized void watch(ClusterConfig config) {
    ApiServerClient asked = new ApiServerClient(config, timings);
    cluster = Optional.of(asked);
    List<String> namespaces = namespaces(config);
    List<PodWatch> all = new ArrayList<>();
    for (String namespace : namespaces) {
      PodWatch driverPods =
          new PodWatch(PodQuery.drivers(namespace), asked, drivers, outages, timings, clock);
      all.add(driverPods);
      run("spark-live-history-drivers-" + namespace, driverPods);
      if (clientDrivers.isPresent()) {
        PodWatch executorPods =
            new PodWatch(PodQuery.executors(namespace), asked, executors, outages, timings, clock);
        all.add(executorPods);
        run("spark-live-history-executors-" + namespace, () -> after(driverPods, executorPods));
      }
    }
    watches = List.copyOf(all);
    LOG.info(
        "Drivers are looked for in {}, in: {}", asked.address(), String.join(", ", namespaces));
    if (closed.getCount() == 0) {
      all.forEach(PodWatch::close);
      asked.close();
    }
  }

  private List<String> namespaces(ClusterConfig config) {
    return settings.namespaces().isEmpty()
        ? List.of(config.namespace().orElse(DEFAULT_NAMESPACE))
        : settings.namespaces();
  }

  private static void after(PodWatch first, PodWatch then) {
    try {
      boolean unused = first.awaitListed(DRIVERS_FIRST);
      then.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookForClientDriver(ExecutorPods.Application application) {
    if (!isKnownByPod(application)) {
      var unused =
          clientDrivers
              .orElseThrow()
              .startSearch(
                  new ExecutorHint(
                      application, executors, this::isKnownByPod, cluster.orElseThrow()));
    }
  }

  /** Executors may outlive their driver's pod by some seconds. */
  private boolean isKnownByPod(ExecutorPods.Application application) {
    return drivers.has(application)
        || registry
            .find(application.id())
            .filter(known -> isPodOf(known, application.namespace()))
            .isPresent();
  }

  private static boolean isPodOf(LiveApplication known, String namespace) {
    return known.source().source().equals(DriverPods.SOURCE)
        && known.namespace().equals(Optional.of(namespace));
  }

  private void run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    synchronized (threads) {
      threads.add(thread);
    }
    thread.start();
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
