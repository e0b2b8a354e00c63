// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Gauges whose values are read at each scrape. */
final class Gauges {
  private static final String[] SOURCE_LABELS = {"source", "scope"};

  private final PrometheusRegistry registry;

  Gauges(PrometheusRegistry registry) {
    this.registry = registry;
  }

  void register(
      Supplier<List<LiveApplication>> applications,
      Supplier<List<SourceStatus>> sources,
      Supplier<ProxyLoad> load) {
    register(
        "applications",
        "Applications that discovery has found, by namespace and state.",
        callback -> count(applications.get(), callback),
        "namespace",
        "state");
    registerSourceGauges(sources);
    register(
        "proxied_requests_in_progress",
        "Requests that are being forwarded to drivers.",
        callback -> callback.call(load.get().requests()));
    register(
        "driver_connections",
        "Open connections to drivers.",
        callback -> {
          ProxyLoad now = load.get();
          callback.call(now.active(), "active");
          callback.call(now.idle(), "idle");
        },
        "state");
  }

  private void registerSourceGauges(Supplier<List<SourceStatus>> sources) {
    register(
        "source_up",
        "1 if the discovery source is up, 0 if it is down or starting.",
        callback ->
            forEachSource(
                sources.get(),
                s -> callback.call(s.state() == SourceStatus.State.UP ? 1 : 0, labels(s))),
        SOURCE_LABELS);
    register(
        "source_last_event_timestamp_seconds",
        "Time of the last event of the discovery source, in seconds since the epoch.",
        callback ->
            forEachSource(
                sources.get(),
                s ->
                    s.lastEvent()
                        .ifPresent(at -> callback.call(at.toEpochMilli() / 1000.0, labels(s)))),
        SOURCE_LABELS);
    register(
        "source_applications",
        "Applications that the discovery source has found.",
        callback -> forEachSource(sources.get(), s -> callback.call(s.applications(), labels(s))),
        SOURCE_LABELS);
  }

  /**
   * Skips sources with labels that another source has: they would make the whole scrape invalid.
   */
  private static void forEachSource(List<SourceStatus> statuses, Consumer<SourceStatus> action) {
    Set<List<String>> used = new HashSet<>();
    statuses.stream().filter(s -> used.add(List.of(labels(s)))).forEach(action);
  }

  private static String[] labels(SourceStatus status) {
    return new String[] {status.kind(), status.scope()};
  }

  private static void count(
      List<LiveApplication> applications, GaugeWithCallback.Callback callback) {
    Map<String, Map<ApplicationState, Integer>> counts = new TreeMap<>();
    // So that sums over all namespaces exist even if no application runs.
    counts.put("", new EnumMap<>(ApplicationState.class));
    for (LiveApplication application : applications) {
      counts
          .computeIfAbsent(
              application.namespace().orElse(""),
              namespace -> new EnumMap<>(ApplicationState.class))
          .merge(application.state(), 1, Integer::sum);
    }
    counts.forEach(
        (namespace, states) -> {
          for (ApplicationState state : ApplicationState.values()) {
            callback.call(
                states.getOrDefault(state, 0), namespace, state.name().toLowerCase(Locale.ROOT));
          }
        });
  }

  private void register(
      String name, String help, Consumer<GaugeWithCallback.Callback> reader, String... labels) {
    GaugeWithCallback unused =
        GaugeWithCallback.builder(Metrics.CONFIG)
            .name(Metrics.PREFIX + name)
            .help(help)
            .labelNames(labels)
            .callback(reader)
            .register(registry);
  }
}
