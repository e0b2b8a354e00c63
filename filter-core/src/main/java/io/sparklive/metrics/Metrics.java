package io.sparklive.metrics;

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
 * Everything that is counted, told by what happened, and written as Prometheus reads it.
 *
 * <p>Thread-safe. To tell something costs well below a microsecond and waits for nobody.
 */
public final class Metrics {
  static final String PREFIX = "spark_live_history_";

  /** Nothing is taken from the environment: what it says there is meant for other programs. */
  static final PrometheusProperties CONFIG = PrometheusProperties.builder().build();

  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.builder().build();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.builder().build();
  private final InstantSource clock;
  private final Instant began;
  private final Map<ProxyOutcome, CounterDataPoint> proxied;
  private final Histogram proxiedSeconds;
  private final Map<MergeResult, CounterDataPoint> merges;
  private final CounterDataPoint complete;
  private final CounterDataPoint givenUp;
  private final Histogram handoverSeconds;
  private final Histogram delaySeconds;

  /** Begins to count. What began before now has no duration here. */
  public Metrics(InstantSource clock) {
    this.clock = clock;
    this.began = clock.instant();
    this.proxied =
        points(
            ProxyOutcome.class,
            ProxyOutcome::label,
            counter("proxied_requests_total", "Requests for live UIs and live REST."));
    this.proxiedSeconds =
        histogram(
            "proxied_request_duration_seconds",
            "From a request that is passed on to the end of its answer.",
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
            counter("list_merges_total", "Answers of the History Server's list."));
    Counter handovers = counter("handovers_total", "Ended applications that are listed no longer.");
    this.complete = handovers.labelValues("complete");
    this.givenUp = handovers.labelValues("given_up");
    this.handoverSeconds =
        histogram(
            "handover_duration_seconds",
            "From the noticed end of an application to its history being complete.",
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
            "From the start of an application to its being known here.",
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
            .help("What runs here.")
            .labelNames("version")
            .register(registry);
    build.setLabelValues(Version.current());
    Gauge start =
        Gauge.builder(CONFIG)
            .name(PREFIX + "start_time_seconds")
            .help("When this began, since the epoch.")
            .withoutExemplars()
            .register(registry);
    start.set(began.toEpochMilli() / 1000.0);
  }

  /**
   * Lets each answer tell how things stand at that moment.
   *
   * @param applications those that are known here
   * @param sources how each source fares
   * @param load what the proxy is busy with
   */
  public void reads(
      Supplier<List<LiveApplication>> applications,
      Supplier<List<SourceStatus>> sources,
      Supplier<ProxyLoad> load) {
    new Gauges(registry).of(applications, sources, load);
  }

  /** An application has become known that was not known before. */
  public void appeared(LiveApplication application) {
    Instant started = application.info().started();
    if (!started.isBefore(began)) {
      // Clocks differ between machines.
      delaySeconds.observe(Math.max(0, seconds(Duration.between(started, clock.instant()))));
    }
  }

  /** A request was passed on, and is done. */
  public void proxied(ProxyOutcome outcome, Duration took) {
    proxied.get(outcome).inc();
    proxiedSeconds.observe(seconds(took));
  }

  /** A request was answered without being passed on. */
  public void answeredHere(ProxyOutcome outcome) {
    proxied.get(outcome).inc();
  }

  /** An answer of the list went out. */
  public void merged(MergeResult merge) {
    merges.get(merge).inc();
  }

  /** The history of an application that ended then is complete. */
  public void handedOver(Instant ended) {
    complete.inc();
    if (!ended.isBefore(began)) {
      handoverSeconds.observe(Math.max(0, seconds(Duration.between(ended, clock.instant()))));
    }
  }

  /** The history of an ended application is not waited for any longer. */
  public void gaveUp() {
    givenUp.inc();
  }

  /**
   * What {@link #write} writes.
   *
   * @param accept the {@code Accept} header; empty where there is none
   */
  public String contentType(String accept) {
    return writer(accept).getContentType();
  }

  /** Writes all, in OpenMetrics where that is asked for, else as Prometheus text 0.0.4. */
  public void write(String accept, OutputStream stream) throws IOException {
    writer(accept).write(stream, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
  }

  /** Those who would rather have protobuf, which is not here, take OpenMetrics too. */
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

  /** Every point stands from the beginning: one that appears with 1 shows no increase. */
  private static <E extends Enum<E>> Map<E, CounterDataPoint> points(
      Class<E> values, Function<E, String> label, Counter counter) {
    Map<E, CounterDataPoint> points = new EnumMap<>(values);
    Arrays.stream(values.getEnumConstants())
        .forEach(value -> points.put(value, counter.labelValues(label.apply(value))));
    return points;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }
}
