// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.it.overview.OverviewSampler.Sample;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The verdicts that take minutes, on real drivers that run side by side. The system property {@code
 * sparklive.healthy.minutes} sets for how long healthy drivers are watched: 30 minutes show a rare
 * false verdict.
 */
@Tag("long")
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class LongVerdictsIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final Duration DELAY = Duration.ofSeconds(6);
  private static final Duration HEALTHY_TIME =
      Duration.ofMinutes(Integer.getInteger("sparklive.healthy.minutes", 3));

  private static HistoryServerProcess server;

  /** The last two tasks of its job never finish. */
  private static SignalledDriver straggling;

  /** It has run one job. */
  private static DriverProcess idle;

  private static DriverProcess queries;
  private static DriverProcess stream;
  private static OverviewSampler overview;
  private static Instant lastFinish;
  private static Instant idleSince;
  private static Instant healthySince;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    List<Integer> ports = IntStream.range(0, 4).map(i -> FreePorts.next()).boxed().toList();
    var startingStraggling =
        new BackgroundStart<>(
            () ->
                SignalledDriver.start(
                    version, DriverProcess.builder(version, "Straggling").uiPort(ports.get(0))));
    var startingIdle =
        new BackgroundStart<>(
            () -> DriverProcess.builder(version, "Idle").uiPort(ports.get(1)).start());
    var startingQueries =
        new BackgroundStart<>(
            () -> QueryDriverProgram.builder(version, "Queries").uiPort(ports.get(2)).start());
    var startingStream =
        new BackgroundStart<>(
            () -> QueryDriverProgram.builder(version, "Stream").uiPort(ports.get(3)).start());
    server =
        HistoryServerProcess.builder(
                version, EventLogs.newDirectory("long-verdicts-" + version).directory())
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property(
                "spark." + FILTER + ".param.drivers",
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")))
            .property("spark." + FILTER + ".param.driversRefresh", "200ms")
            .start();
    straggling = startingStraggling.get();
    idle = startingIdle.get();
    queries = startingQueries.get();
    stream = startingStream.get();
    overview = new OverviewSampler(server);
    for (DriverProcess driver : List.of(straggling.process(), idle, queries, stream)) {
      overview.first(
          driver.applicationId(),
          Instant.EPOCH,
          Duration.ofMinutes(1),
          entry -> entry.has("progress"));
    }
    idle.runJob("Succeeds", 2, Duration.ofMillis(10));
    idleSince = Instant.now();
    queries.start("queries");
    stream.start("stream");
    stream.start("jobs");
    healthySince = Instant.now();
    straggling.startJob("Straggles", 40);
    straggling.succeed("Straggles", 38);
    straggling.awaitTasks(38, 2);
    lastFinish = Instant.now();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    overview.close();
    server.close();
    straggling.close();
    idle.close();
    queries.close();
    stream.close();
  }

  @Test
  void isStragglingThenStuckIfLastTasksDoNotFinish() {
    JsonObject entry =
        awaitVerdict("straggling", straggling.id(), lastFinish, Duration.ofMinutes(2));
    assertThat(entry.get("reason").getAsString()).isEqualTo("38 of 40 tasks done; 2 tasks run");

    entry = awaitVerdict("stuck", straggling.id(), lastFinish, Duration.ofMinutes(5));
    assertThat(entry.get("reason").getAsString()).isEqualTo("2 tasks run, and none finishes");

    straggling.succeed("Straggles", 1);
    awaitVerdict("running", straggling.id(), Instant.now(), Duration.ZERO);
  }

  @Test
  void isIdleTenMinutesAfterLastJob() {
    JsonObject entry =
        awaitVerdict("idle", idle.applicationId(), idleSince, Duration.ofMinutes(10));
    assertThat(entry.get("reason").getAsString())
        .isEqualTo("No job runs; it holds 1 executor, 2 cores");
    assertThat(entry.getAsJsonObject("progress").get("idleCoreMillis").getAsLong())
        .isGreaterThan(Duration.ofMinutes(19).toMillis());

    idle.startJob("Runs again", 2, Duration.ofSeconds(10));
    awaitVerdict("running", idle.applicationId(), Instant.now(), Duration.ZERO);
  }

  @Test
  void isRunningWhileHealthy() {
    await()
        .atMost(HEALTHY_TIME.plusMinutes(2))
        .until(() -> Instant.now().isAfter(healthySince.plus(HEALTHY_TIME)));

    List<Sample> samples = overview.since(healthySince);
    for (DriverProcess driver : List.of(queries, stream)) {
      String id = driver.applicationId();
      Map<String, Long> verdicts =
          samples.stream()
              .collect(
                  Collectors.groupingBy(
                      sample -> sample.verdict(id), TreeMap::new, Collectors.counting()));
      System.out.printf("LongVerdictsIT: %s in %s%n", verdicts, HEALTHY_TIME);
      assertThat(verdicts).containsOnlyKeys("running");
    }
  }

  private static JsonObject awaitVerdict(String verdict, String id, Instant from, Duration limit) {
    Sample sample =
        overview.first(
            id, from, limit, entry -> entry.get("verdict").getAsString().equals(verdict));
    Duration time = Duration.between(from, sample.at());
    System.out.printf("LongVerdictsIT: %s after %d ms%n", verdict, time.toMillis());
    assertThat(time).as(verdict).isBetween(limit.minus(DELAY), limit.plus(DELAY));
    return sample.entry(id).orElseThrow();
  }
}
