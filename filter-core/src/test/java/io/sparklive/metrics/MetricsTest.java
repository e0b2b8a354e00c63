// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import static io.sparklive.application.SampleApplications.ADDRESS;
import static io.sparklive.application.SampleApplications.SOURCE;
import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.live;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.application.SourceStatus;
import io.sparklive.harness.Scrape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private Instant now = STARTED;
  private final Metrics metrics = new Metrics(() -> now);

  private String written(String accept) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    metrics.write(accept, text);
    return text.toString(UTF_8);
  }

  private Scrape scrape() throws IOException {
    return Scrape.read(written(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*/*", "text/plain;version=0.0.4", "text/html,application/xml;q=0.9"})
  void writesPrometheusTextByDefault(String accept) throws IOException {
    assertThat(metrics.contentType(accept)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(written(accept))
        .contains("# TYPE spark_live_history_proxied_requests_total counter\n")
        .doesNotContain("# EOF", "_created");
  }

  /** What Prometheus 2.49 and 3.0 send, without and with native histograms. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
            + "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            + "encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2"
      })
  void writesOpenMetricsToPrometheusServer(String accept) throws IOException {
    assertThat(metrics.contentType(accept))
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(written(accept))
        .contains("# TYPE spark_live_history_proxied_requests counter\n")
        .contains("spark_live_history_proxied_requests_total{outcome=\"2xx\"} 0.0\n")
        .endsWith("# EOF\n");
  }

  @ParameterizedTest
  @EnumSource(ProxyOutcome.class)
  void countsRequestsByOutcome(ProxyOutcome outcome) throws IOException {
    assertThat(scrape().proxied(outcome.label())).isZero();

    metrics.proxied(outcome, Duration.ofMillis(30));
    metrics.proxied(outcome, Duration.ofSeconds(90));

    Scrape after = scrape();
    assertThat(after.proxied(outcome.label())).isEqualTo(2);
    assertThat(after.value("proxied_request_duration_seconds_bucket{le=\"0.025\"}")).isZero();
    assertThat(after.value("proxied_request_duration_seconds_bucket{le=\"0.05\"}")).isOne();
    assertThat(after.value("proxied_request_duration_seconds_bucket{le=\"60.0\"}")).isOne();
    assertThat(after.value("proxied_request_duration_seconds_bucket{le=\"+Inf\"}")).isEqualTo(2);
    assertThat(after.value("proxied_request_duration_seconds_sum")).isEqualTo(90.03);
  }

  @Test
  void recordsNoDurationOfRequestNotForwarded() throws IOException {
    metrics.respondedLocally(ProxyOutcome.DENIED);

    assertThat(scrape().proxied("denied")).isOne();
    assertThat(scrape().value("proxied_request_duration_seconds_count")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "200, 2xx",
    "204, 2xx",
    "304, 3xx",
    "404, 4xx",
    "599, 5xx",
    "101, other",
    "700, other"
  })
  void mapsStatusToOutcome(int status, String label) {
    assertThat(ProxyOutcome.ofStatus(status).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @EnumSource(MergeResult.class)
  void countsListMergesByResult(MergeResult merge) throws IOException {
    metrics.merged(merge);

    assertThat(
            scrape()
                .value(
                    "list_merges_total{outcome=\"" + merge.name().toLowerCase(Locale.ROOT) + "\"}"))
        .isOne();
  }

  @Test
  void measuresDiscoveryDelaySinceApplicationStart() throws IOException {
    now = STARTED.plusMillis(700);

    metrics.discovered(live("app-1", info("app-1", STARTED.plusMillis(100))));

    assertThat(scrape().value("discovery_delay_seconds_sum")).isEqualTo(0.6);
    assertThat(scrape().value("discovery_delay_seconds_bucket{le=\"0.5\"}")).isZero();
    assertThat(scrape().value("discovery_delay_seconds_bucket{le=\"1.0\"}")).isOne();
  }

  @Test
  void recordsNoDelayOfApplicationStartedEarlier() throws IOException {
    metrics.discovered(live("app-1", info("app-1", STARTED.minusMillis(1))));

    assertThat(scrape().value("discovery_delay_seconds_count")).isZero();
  }

  @Test
  void recordsZeroDelayIfDriverClockIsAhead() throws IOException {
    metrics.discovered(live("app-1", info("app-1", STARTED.plusSeconds(5))));

    assertThat(scrape().value("discovery_delay_seconds_count")).isOne();
    assertThat(scrape().value("discovery_delay_seconds_sum")).isZero();
  }

  @Test
  void measuresHandoffFromEndToHistory() throws IOException {
    now = STARTED.plusSeconds(12);

    metrics.handoffCompleted(STARTED.plusSeconds(4));
    metrics.handoffCompleted(STARTED.minusSeconds(3600));
    metrics.handoffTimedOut();

    Scrape after = scrape();
    assertThat(after.value("handoffs_total{outcome=\"completed\"}")).isEqualTo(2);
    assertThat(after.value("handoffs_total{outcome=\"timed_out\"}")).isOne();
    assertThat(after.value("handoff_duration_seconds_count")).isOne();
    assertThat(after.value("handoff_duration_seconds_sum")).isEqualTo(8);
  }

  @Test
  void countsCurrentApplications() throws IOException {
    List<LiveApplication> known = new ArrayList<>();
    metrics.registerGauges(
        () -> known, List::of, () -> STARTED, List::of, () -> new ProxyLoad(0, 0, 0));
    String live = "applications{namespace=\"\",state=\"live\",verdict=\"running\"}";
    assertThat(scrape().value(live)).isZero();

    known.add(live("app-1"));
    known.add(live("app-2"));
    known.add(in("etl", ApplicationState.AUTH_REQUIRED));

    assertThat(scrape().value(live)).isEqualTo(2);
    assertThat(
            scrape()
                .value(
                    "applications{namespace=\"etl\",state=\"auth_required\",verdict=\"running\"}"))
        .isOne();
    assertThat(
            scrape().value("applications{namespace=\"etl\",state=\"no_ui\",verdict=\"running\"}"))
        .isZero();
  }

  @Test
  void countsReasonsOfWaitingAndEndedDrivers() throws IOException {
    LiveApplication pulling =
        with(ApplicationState.PENDING, PendingReason.Kind.IMAGE, Optional.empty());
    LiveApplication killed = with(ApplicationState.ENDED, null, Optional.of("OOMKilled"));
    LiveApplication strange = with(ApplicationState.ENDED, null, Optional.of("<b>Strange"));
    LiveApplication unknown = with(ApplicationState.ENDED, null, Optional.empty());
    metrics.registerGauges(
        () -> List.of(pulling),
        () ->
            Stream.of(killed, strange, unknown)
                .map(ended -> new EndedApplication(ended, EndedApplication.History.NONE))
                .toList(),
        () -> STARTED,
        List::of,
        () -> new ProxyLoad(0, 0, 0));

    Scrape scrape = scrape();
    String pending = "pending_applications{namespace=\"%s\",reason=\"%s\"}";
    assertThat(scrape.value(pending.formatted("etl", "image"))).isOne();
    assertThat(scrape.value(pending.formatted("etl", "crash_loop"))).isZero();
    assertThat(scrape.value(pending.formatted("", "image"))).isZero();
    assertThat(
            scrape.value("applications{namespace=\"etl\",state=\"pending\",verdict=\"pending\"}"))
        .isOne();
    String ended = "recently_ended_applications{namespace=\"%s\",reason=\"%s\",result=\"%s\"}";
    assertThat(scrape.value(ended.formatted("etl", "OOMKilled", "failed"))).isOne();
    assertThat(scrape.value(ended.formatted("etl", "other", "failed"))).isOne();
    assertThat(scrape.value(ended.formatted("etl", "unknown", "unknown"))).isOne();
    assertThat(scrape.value(ended.formatted("", "unknown", "failed"))).isZero();
  }

  @Test
  void countsFailedExecutorsOfRunningApplications() throws IOException {
    ExecutorFailures.Failure failure =
        ExecutorFailures.Failure.of(
            "exec-1", STARTED, new DriverEnd(true, OptionalInt.of(137), "OOMKilled", "text"));
    ApplicationRegistry registry = new ApplicationRegistry();
    registry.apply(
        new DiscoveryEvent.DriverFound(
            SOURCE,
            new ApplicationId("app-1"),
            true,
            info("app-1"),
            Optional.of(ADDRESS),
            Optional.of("etl")));
    metrics.registerGauges(
        registry::all, List::of, () -> STARTED, List::of, () -> new ProxyLoad(0, 0, 0));
    assertThat(scrape().value("failed_executors{namespace=\"\",reason=\"OOMKilled\"}")).isZero();

    registry.apply(new DiscoveryEvent.ExecutorFailed(new ApplicationId("app-1"), "etl", failure));

    assertThat(scrape().value("failed_executors{namespace=\"etl\",reason=\"OOMKilled\"}")).isOne();
  }

  private static LiveApplication with(
      ApplicationState state, PendingReason.@Nullable Kind kind, Optional<String> endReason) {
    LiveApplication sample = live("app-1");
    return new LiveApplication(
        sample.id(),
        state,
        sample.info(),
        Optional.empty(),
        Optional.of("etl"),
        sample.source(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(STARTED).filter(any -> state == ApplicationState.ENDED),
        Optional.ofNullable(kind).map(reason -> new PendingReason(reason, "text")),
        endReason.map(reason -> new DriverEnd(true, OptionalInt.empty(), reason, "text")),
        ExecutorFailures.NONE);
  }

  private static LiveApplication in(String namespace, ApplicationState state) {
    LiveApplication sample = live("app-of-" + namespace);
    return new LiveApplication(
        sample.id(),
        state,
        sample.info(),
        sample.address(),
        Optional.of(namespace),
        sample.source(),
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"UP, 1", "STARTING, 0", "DOWN, 0"})
  void reportsSourceStatus(SourceStatus.State state, int up) throws IOException {
    SourceStatus status = status(state, Optional.of(STARTED));
    // Two sources of the same name must not make the other metrics unreadable.
    metrics.registerGauges(
        List::of,
        List::of,
        () -> STARTED,
        () -> List.of(status, status),
        () -> new ProxyLoad(0, 0, 0));

    String labels = "{scope=\"namespace \\\"etl\\\"\",source=\"driver pods\"}";
    assertThat(scrape().value("source_up" + labels)).isEqualTo(up);
    assertThat(scrape().value("source_applications" + labels)).isEqualTo(3);
    assertThat(scrape().value("source_last_event_timestamp_seconds" + labels))
        .isEqualTo(STARTED.toEpochMilli() / 1000.0);
  }

  @Test
  void reportsNoLastEventBeforeFirstEvent() throws IOException {
    SourceStatus status = status(SourceStatus.State.STARTING, Optional.empty());
    metrics.registerGauges(
        List::of, List::of, () -> STARTED, () -> List.of(status), () -> new ProxyLoad(0, 0, 0));

    assertThat(scrape().values().keySet())
        .anyMatch(series -> series.contains("source_up"))
        .noneMatch(series -> series.contains("source_last_event_timestamp_seconds"));
  }

  private static SourceStatus status(SourceStatus.State state, Optional<Instant> lastEvent) {
    return new SourceStatus(
        "driver pods", "namespace \"etl\"", state, STARTED, lastEvent, 3, Optional.empty());
  }

  @Test
  void reportsCurrentLoad() throws IOException {
    metrics.registerGauges(
        List::of, List::of, () -> STARTED, List::of, () -> new ProxyLoad(1, 2, 3));

    assertThat(scrape().value("proxied_requests_in_progress")).isOne();
    assertThat(scrape().value("driver_connections{state=\"active\"}")).isEqualTo(2);
    assertThat(scrape().value("driver_connections{state=\"idle\"}")).isEqualTo(3);
  }

  @Test
  void reportsVersionAndStartTime() throws IOException {
    Scrape scrape = scrape();

    assertThat(scrape.values().keySet())
        .anyMatch(s -> s.matches("spark_live_history_build_info\\{version=\"\\d+\\.\\d+\\..*\"}"));
    assertThat(scrape.value("start_time_seconds")).isEqualTo(STARTED.toEpochMilli() / 1000.0);
  }
}
