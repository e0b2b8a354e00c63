// SPDX-License-Identifier: Apache-2.0
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
import io.sparklive.kubernetes.ApiServerClient;
import io.sparklive.metrics.Metrics;
import io.sparklive.routing.Route;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.web.DriverSearch;
import io.sparklive.web.Submissions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs discovery: the sources of drivers that the settings enable, the settings poller and the
 * hand-off poller.
 */
public final class DiscoveryService implements AutoCloseable, DriverSearch, Submissions {
  private static final long POLL_SECONDS = 1;
  // The UI of a driver listens some seconds after its first executor starts.
  private static final Duration EARLY = Duration.ofSeconds(15);

  private final Closer closer = new Closer();
  private final StaticDrivers staticDrivers;
  private final HandoffPoller handoffPoller;
  private final SettingsPoller settingsPoller;
  private final @Nullable ClientModeDrivers clientDrivers;
  private final @Nullable EventLogDrivers eventLogDrivers;
  private final @Nullable KubernetesDrivers kubernetes;
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
        closer.register(
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
                    closer.register(
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
                            clock)))
            .orElse(null);
    this.eventLogDrivers = clientDrivers == null ? null : new EventLogDrivers(clientDrivers, clock);
    this.kubernetes =
        settings
            .kubernetes()
            .map(
                cluster ->
                    closer.register(
                        new KubernetesDrivers(
                            cluster,
                            api,
                            registry,
                            clientDrivers,
                            settings.get(Parameters.HANDOFF_TIMEOUT),
                            scheduler,
                            clock)))
            .orElse(null);
  }

  /** Starts all sources and pollers in the background. */
  void start() {
    for (Runnable task : List.of(handoffPoller, settingsPoller)) {
      ScheduledFuture<?> unused =
          scheduler.scheduleWithFixedDelay(task, POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
    }
    staticDrivers.start();
    if (kubernetes != null) {
      kubernetes.start();
    }
  }

  @Override
  public boolean startSearch(ApplicationId id, HistoryCatalog catalog) {
    return eventLogDrivers != null && eventLogDrivers.startSearch(id, catalog);
  }

  @Override
  public Optional<String> lastFailure(ApplicationId id) {
    return eventLogDrivers == null ? Optional.empty() : eventLogDrivers.lastFailure(id);
  }

  @Override
  public Optional<ApplicationId> find(Route.Submission submission) {
    if (kubernetes == null) {
      return Optional.empty();
    }
    return switch (submission.kind()) {
      case POD -> kubernetes.findByPod(submission.namespace(), submission.name());
      case SPARK_APPLICATION ->
          kubernetes.findBySparkApplication(submission.namespace(), submission.name());
    };
  }

  @Override
  public Coverage coverage(String namespace) {
    if (kubernetes == null) {
      return Coverage.OFF;
    }
    return kubernetes
        .stateOf(namespace)
        .map(
            state ->
                switch (state) {
                  case STARTING -> Coverage.STARTING;
                  case UP -> Coverage.UP;
                  case DOWN -> Coverage.DOWN;
                })
        .orElse(Coverage.NOT_WATCHED);
  }

  /** The client of the API server; empty without a cluster, and until it is configured. */
  Optional<ApiServerClient> apiServer() {
    return kubernetes == null ? Optional.empty() : kubernetes.apiServer();
  }

  /** The status of each source. */
  List<SourceStatus> statuses() {
    List<SourceStatus> all = new ArrayList<>();
    staticDrivers.status().ifPresent(all::add);
    if (kubernetes != null) {
      all.addAll(kubernetes.statuses());
    }
    if (clientDrivers != null) {
      List<String> errors = eventLogDrivers == null ? List.of() : eventLogDrivers.errors();
      all.add(clientDrivers.status().withErrors(errors));
    }
    return all;
  }

  @Override
  public void close() {
    closer.close();
  }
}
