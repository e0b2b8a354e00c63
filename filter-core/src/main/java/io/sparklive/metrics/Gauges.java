// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Diagnosis;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.SourceStatus;
import io.sparklive.application.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
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

  private final InstantSource clock;

  /**
   * @param clock the clock of the applications' progress
   */
  Gauges(PrometheusRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  void register(
      Supplier<List<LiveApplication>> applications,
      Supplier<List<EndedApplication>> ended,
      Supplier<List<SourceStatus>> sources,
      Supplier<ProxyLoad> load) {
    register(
        "applications",
        "Applications that discovery has found, by namespace, state and verdict.",
        callback -> count(applications.get(), clock.instant(), callback),
        "namespace",
        "state",
        "verdict");
    register(
        "executor_cores",
        "Cores of the executors, by namespace and use.",
        callback -> countCores(applications.get(), callback),
        "namespace",
        "use");
    register(
        "failed_executors",
        "Executors of running applications that failed, by namespace and reason.",
        callback -> EndGauges.countFailedExecutors(applications.get(), callback),
        "namespace",
        "reason");
    register(
        "pending_applications",
        "Applications whose driver does not run yet, by namespace and reason.",
        callback -> EndGauges.countPending(applications.get(), callback),
        "namespace",
        "reason");
    register(
        "recently_ended_applications",
        "Applications that ended recently, by namespace, result and reason.",
        callback -> EndGauges.countEnded(ended.get(), callback),
        "namespace",
        "result",
        "reason");
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

  /** Counts only pairs of state and verdict that exist: most states have one verdict. */
  private static void count(
      List<LiveApplication> applications, Instant now, GaugeWithCallback.Callback callback) {
    Map<String, Map<Condition, Integer>> counts = new TreeMap<>();
    // So that sums over all namespaces exist even if no application runs.
    counts.put("", new HashMap<>());
    for (LiveApplication application : applications) {
      Condition condition =
          new Condition(application.state(), Diagnosis.of(application, now).verdict());
      counts
          .computeIfAbsent(application.namespace().orElse(""), namespace -> new HashMap<>())
          .merge(condition, 1, Integer::sum);
    }
    counts.forEach(
        (namespace, conditions) ->
            Condition.ALL.forEach(
                condition ->
                    callback.call(
                        conditions.getOrDefault(condition, 0),
                        namespace,
                        condition.state().name().toLowerCase(Locale.ROOT),
                        condition.verdict().label())));
  }

  /** A state with a verdict that applications of this state can have. */
  private record Condition(ApplicationState state, Verdict verdict) {
    static final List<Condition> ALL =
        Arrays.stream(ApplicationState.values())
            .flatMap(
                state -> Diagnosis.verdictsOf(state).stream().map(v -> new Condition(state, v)))
            .toList();
  }

  private static void countCores(
      List<LiveApplication> applications, GaugeWithCallback.Callback callback) {
    Map<String, double[]> cores = new TreeMap<>();
    cores.put("", new double[2]);
    for (LiveApplication application : applications) {
      if (!application.state().isRunning()) {
        continue;
      }
      double[] sums = cores.computeIfAbsent(application.namespace().orElse(""), n -> new double[2]);
      application
          .progress()
          .flatMap(Progress::executors)
          .ifPresent(
              executors -> {
                sums[0] += executors.busyCores();
                sums[1] += Math.max(0, executors.cores() - executors.busyCores());
              });
    }
    cores.forEach(
        (namespace, sums) -> {
          callback.call(sums[0], namespace, "busy");
          callback.call(sums[1], namespace, "free");
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
