package io.sparklive.runtime;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.SourceStatus;
import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import io.sparklive.discovery.ClientModeDrivers;
import io.sparklive.discovery.DriverAddressResolver;
import io.sparklive.discovery.DriverNames;
import io.sparklive.discovery.EventLogDrivers;
import io.sparklive.discovery.HandoffPoller;
import io.sparklive.discovery.ProbeIntervals;
import io.sparklive.discovery.StaticDrivers;
import io.sparklive.discovery.kubernetes.KubernetesDrivers;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.SettingsPoller;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.HistoryCatalog;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Every source of sightings that the settings ask for. */
public final class DiscoveryService implements AutoCloseable {
  private static final long EVERY_SECOND = 1;

  private static final Duration EARLY = Duration.ofSeconds(15);

  private final Closer closing = new Closer();
  private final StaticDrivers staticDrivers;
  private final HandoffPoller handoffPoller;
  private final SettingsPoller settingsPoller;
  private final Optional<ClientModeDrivers> clientDrivers;
  private final Optional<EventLogDrivers> eventLogDrivers;
  private final Optional<KubernetesDrivers> kubernetes;
  private final ScheduledExecutorService scheduler;

  DiscoveryService(
      Settings settings,
      DriverNames names,
      DriverApi api,
      ApplicationRegistry registry,
      HistoryCatalog catalog,
      ScheduledExecutorService scheduler,
      InstantSource clock,
      Metrics metrics) {
    this.scheduler = scheduler;
    this.handoffPoller =
        new HandoffPoller(
            registry, catalog, settings.get(Parameters.HANDOFF_TIMEOUT), clock, metrics);
    this.settingsPoller = new SettingsPoller(registry, api, clock);
    this.staticDrivers =
        closing.keep(
            new StaticDrivers(
                settings.drivers(),
                names,
                settings.get(Parameters.DRIVERS_REFRESH),
                settings.get(Parameters.HANDOFF_TIMEOUT),
                api,
                registry,
                scheduler,
                clock));
    this.clientDrivers =
        settings
            .clientMode()
            .map(
                mode ->
                    closing.keep(
                        new ClientModeDrivers(
                            api,
                            registry,
                            new DriverAddressResolver(
                                InetAddress::getAllByName, mode.networks(), mode.ports()),
                            new ProbeIntervals(
                                settings.get(Parameters.DRIVERS_REFRESH),
                                settings.get(Parameters.HANDOFF_TIMEOUT),
                                EARLY),
                            scheduler,
                            clock)));
    this.eventLogDrivers = clientDrivers.map(drivers -> new EventLogDrivers(drivers, clock));
    this.kubernetes =
        settings
            .kubernetes()
            .map(
                cluster ->
                    closing.keep(
                        new KubernetesDrivers(
                            cluster,
                            api,
                            registry,
                            clientDrivers.orElse(null),
                            settings.get(Parameters.HANDOFF_TIMEOUT),
                            scheduler,
                            clock)));
  }

  /** Begins to look; it waits for nobody. */
  void start() {
    for (Runnable task : List.of(handoffPoller, settingsPoller)) {
      ScheduledFuture<?> unused =
          scheduler.scheduleWithFixedDelay(task, EVERY_SECOND, EVERY_SECOND, TimeUnit.SECONDS);
    }
    staticDrivers.start();
    kubernetes.ifPresent(KubernetesDrivers::start);
  }

  /**
   * Starts a search for the driver of this incomplete application by its event log; returns whether
   * the driver may be found soon.
   */
  boolean startSearch(ApplicationId id, HistoryCatalog catalog) {
    return eventLogDrivers.map(drivers -> drivers.startSearch(id, catalog)).orElse(false);
  }

  /**
   * Why the driver of this incomplete application was last not found by its event log: for users
   * who may view the application.
   */
  Optional<String> lastFailure(ApplicationId id) {
    return eventLogDrivers.flatMap(drivers -> drivers.lastFailure(id));
  }

  /** How each of them fares. */
  List<SourceStatus> statuses() {
    List<SourceStatus> all = new ArrayList<>();
    staticDrivers.status().ifPresent(all::add);
    kubernetes.ifPresent(drivers -> all.addAll(drivers.statuses()));
    List<String> logged = eventLogDrivers.map(EventLogDrivers::errors).orElse(List.of());
    clientDrivers.ifPresent(drivers -> all.add(drivers.status().withErrors(logged)));
    return all;
  }

  @Override
  public void close() {
    closing.close();
  }
}
