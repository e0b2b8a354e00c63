// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import static java.util.Objects.requireNonNull;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Records events as metrics, and writes the metrics in the formats of Prometheus.
 *
 * <p>Thread-safe. Recording an event takes well below a microsecond and never blocks.
 */
public final class Metrics {
  static final String PREFIX = "spark_live_history_";

  /** Without settings from the environment, which are meant for other programs. */
  static final PrometheusProperties CONFIG = PrometheusProperties.builder().build();

  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.builder().build();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.builder().build();
  private final InstantSource clock;
  private final Instant start;
  private final Map<ProxyOutcome, CounterDataPoint> proxied;
  private final Histogram proxiedSeconds;
  private final Map<MergeResult, CounterDataPoint> merges;
  private final CounterDataPoint completedHandoffs;
  private final CounterDataPoint timedOutHandoffs;
  private final Histogram handoffSeconds;
  private final Histogram delaySeconds;

  /** Starts recording. Applications that started or ended earlier have no duration. */
  public Metrics(InstantSource clock) {
    this.clock = clock;
    this.start = clock.instant();
    this.proxied =
        points(
            ProxyOutcome.class,
            ProxyOutcome::label,
            counter("proxied_requests_total", "Requests for live UIs and live REST, by outcome."));
    this.proxiedSeconds =
        histogram(
            "proxied_request_duration_seconds",
            "Time from a forwarded request to the end of its response.",
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
            60);
    this.merges =
        points(
            MergeResult.class,
            merge -> merge.name().toLowerCase(Locale.ROOT),
            counter(
                "list_merges_total",
                "Responses of the History Server's list, by result of the merge."));
    Counter handoffs =
        counter("handoffs_total", "Ended applications whose hand-off is over, by outcome.");
    this.completedHandoffs = handoffs.labelValues("completed");
    this.timedOutHandoffs = handoffs.labelValues("timed_out");
    this.handoffSeconds =
        histogram(
            "handoff_duration_seconds",
            "Time from the detected end of an application to its complete history.",
            0.5,
            1,
            2.5,
            5,
            10,
            20,
            30,
            60,
            120,
            300,
            600);
    this.delaySeconds =
        histogram(
            "discovery_delay_seconds",
            "Time from the start of an application to its discovery.",
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
            60,
            300,
            1800);
    Info build =
        Info.builder(CONFIG)
            .name(PREFIX + "build_info")
            .help("Version of Spark Live History.")
            .labelNames("version")
            .register(registry);
    build.setLabelValues(Version.current());
    Gauge startTime =
        Gauge.builder(CONFIG)
            .name(PREFIX + "start_time_seconds")
            .help("Start time of Spark Live History, in seconds since the epoch.")
            .withoutExemplars()
            .register(registry);
    startTime.set(start.toEpochMilli() / 1000.0);
  }

  /**
   * Registers the gauges whose values are read at each scrape.
   *
   * @param applications the known applications
   * @param ended the applications that ended recently
   * @param progressClock the clock of the applications' progress
   * @param sources the status of each discovery source
   * @param load the load of the proxy
   */
  public void registerGauges(
      Supplier<List<LiveApplication>> applications,
      Supplier<List<EndedApplication>> ended,
      InstantSource progressClock,
      Supplier<List<SourceStatus>> sources,
      Supplier<ProxyLoad> load) {
    new Gauges(registry, progressClock).register(applications, ended, sources, load);
  }

  /** Records that a new application was discovered. */
  public void discovered(LiveApplication application) {
    Instant started = application.info().started();
    if (!started.isBefore(start)) {
      // Clocks differ between machines.
      delaySeconds.observe(Math.max(0, seconds(Duration.between(started, clock.instant()))));
    }
  }

  /** Records the end of a request that was forwarded to a driver. */
  public void proxied(ProxyOutcome outcome, Duration duration) {
    increment(proxied, outcome);
    proxiedSeconds.observe(seconds(duration));
  }

  /** Records a response to a request that was not forwarded to a driver. */
  public void respondedLocally(ProxyOutcome outcome) {
    increment(proxied, outcome);
  }

  /** Records that a response of the History Server's list was sent. */
  public void merged(MergeResult merge) {
    increment(merges, merge);
  }

  /** Records that the history of an application that ended at this time is complete. */
  public void handoffCompleted(Instant ended) {
    completedHandoffs.inc();
    if (!ended.isBefore(start)) {
      handoffSeconds.observe(Math.max(0, seconds(Duration.between(ended, clock.instant()))));
    }
  }

  /** Records that the filter no longer waits for the history of an ended application. */
  public void handoffTimedOut() {
    timedOutHandoffs.inc();
  }

  /**
   * The content type of the output of {@link #write}.
   *
   * @param accept the {@code Accept} header; empty if there is none
   */
  public String contentType(String accept) {
    return writer(accept).getContentType();
  }

  /** Writes all metrics: as OpenMetrics if the client accepts it, else as Prometheus text 0.0.4. */
  public void write(String accept, OutputStream stream) throws IOException {
    writer(accept).write(stream, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
  }

  /** Clients that prefer protobuf, which is not supported, accept OpenMetrics too. */
  private ExpositionFormatWriter writer(String accept) {
    return openMetrics.accepts(accept) ? openMetrics : text;
  }

  private Counter counter(String name, String help) {
    return Counter.builder(CONFIG)
        .name(PREFIX + name)
        .help(help)
        .labelNames("outcome")
        .withoutExemplars()
        .register(registry);
  }

  private Histogram histogram(String name, String help, double... bounds) {
    return Histogram.builder(CONFIG)
        .name(PREFIX + name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }

  /** Creates all data points with 0: a data point whose first value is 1 shows no increase. */
  private static <E extends Enum<E>> Map<E, CounterDataPoint> points(
      Class<E> values, Function<E, String> label, Counter counter) {
    Map<E, CounterDataPoint> points = new EnumMap<>(values);
    Arrays.stream(values.getEnumConstants())
        .forEach(value -> points.put(value, counter.labelValues(label.apply(value))));
    return points;
  }

  private static <E extends Enum<E>> void increment(Map<E, CounterDataPoint> points, E value) {
    requireNonNull(points.get(value)).inc();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS_PER_SECOND;
  }
}
