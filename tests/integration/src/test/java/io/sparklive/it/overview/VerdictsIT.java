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
import io.sparklive.testkit.MasterProcess;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The verdicts of the overview on real drivers. All drivers run from the start on, side by side, so
 * that the times of the verdicts overlap. {@code DiagnosisTest} tests the rules, {@link
 * LongVerdictsIT} the verdicts that take minutes.
 */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class VerdictsIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  // Two polls, and the time that a page takes to request their result: 4 s, on a busy machine more.
  // Each test prints the time that it measured.
  private static final Duration DELAY = Duration.ofSeconds(10);
  private static final Duration HALF_MINUTE = Duration.ofSeconds(30);
  private static final int SAMPLES = 200;
  // The samples take 40 seconds, on a busy machine longer.
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String STREAM = "Sales as they come";
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private static HistoryServerProcess server;
  private static MasterProcess master;

  /** Its jobs complete and fail on signals, and its output is committed on a command. */
  private static SignalledDriver signalled;

  /** It runs queries all the time. */
  private static DriverProcess queries;

  /** It runs a stream and short jobs all the time. */
  private static DriverProcess stream;

  /** A signal stops it (SIGSTOP). */
  private static DriverProcess paused;

  /** It has a job, and no executors. */
  private static DriverProcess waiting;

  private static Instant pausedAt;
  private static Instant waitingSince;
  private static Instant healthySince;
  private static OverviewSampler overview;
  private static QuerySampler querySampler;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    List<Integer> ports = IntStream.range(0, 5).map(i -> FreePorts.next()).boxed().toList();
    var startingServer = new BackgroundStart<>(() -> server(version, ports));
    var startingQueries =
        driver(() -> QueryDriverProgram.builder(version, "Queries"), ports.get(1));
    var startingStream = driver(() -> QueryDriverProgram.builder(version, "Stream"), ports.get(2));
    var startingPaused = driver(() -> DriverProcess.builder(version, "Paused"), ports.get(3));
    var startingSignalled =
        new BackgroundStart<>(
            () ->
                SignalledDriver.start(
                    version,
                    QueryDriverProgram.builder(version, "Signalled").uiPort(ports.get(0))));
    master = MasterProcess.builder(version).start();
    var startingWaiting =
        driver(
            () ->
                QueryDriverProgram.builder(version, "Waiting")
                    .property("spark.master", master.address())
                    .property("spark.driver.host", "127.0.0.1"),
            ports.get(4));
    server = startingServer.get();
    queries = startingQueries.get();
    stream = startingStream.get();
    paused = startingPaused.get();
    signalled = startingSignalled.get();
    waiting = startingWaiting.get();
    overview = new OverviewSampler(server);
    Stream.of(queries, stream, paused, signalled.process(), waiting)
        .forEach(VerdictsIT::awaitReport);

    waiting.start("background 4 100 Waits for executors");
    waitingSince = Instant.now();
    paused.runJob("Succeeds", 2, Duration.ofMillis(10));
    paused.pause();
    pausedAt = Instant.now();
    queries.start("queries");
    stream.start("stream");
    stream.start("jobs");
    healthySince = Instant.now();
    querySampler = new QuerySampler(server, queries);
  }

  private static BackgroundStart<DriverProcess> driver(
      Supplier<DriverProcess.Builder> builder, int port) {
    return new BackgroundStart<>(() -> builder.get().uiPort(port).start());
  }

  private static HistoryServerProcess server(SparkVersion version, List<Integer> ports) {
    return HistoryServerProcess.builder(
            version, EventLogs.newDirectory("verdicts-" + version).directory())
        .plugin()
        .property("spark.ui.filters", FILTER)
        .property(
            "spark." + FILTER + ".param.drivers",
            ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")))
        .property("spark." + FILTER + ".param.driversRefresh", "200ms")
        .start();
  }

  private static void awaitReport(DriverProcess driver) {
    overview.first(
        driver.applicationId(),
        Instant.EPOCH,
        Duration.ofMinutes(1),
        entry -> entry.has("progress"));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    querySampler.close();
    overview.close();
    server.close();
    Stream.of(queries, stream, paused, waiting).forEach(DriverProcess::close);
    signalled.close();
    master.close();
  }

  @Test
  void isFailingUntilNextJobSucceeds() {
    signalled.startJob("Fails", 4);
    signalled.fail("Fails");
    signalled.awaitEndOfJob("FAILED");

    JsonObject failing = awaitVerdict("failing", signalled.id(), completionOfJob(), DELAY);

    assertThat(failing.get("reason").getAsString())
        .contains("Failed on a signal")
        .doesNotContain("\n");
    assertThat(failing.get("reasonLink").getAsString()).startsWith("stages/stage/?id=");
    assertHasPage(failing);

    signalled.startJob("Succeeds", 2);
    signalled.succeed("Succeeds", 2);
    signalled.awaitEndOfJob("SUCCEEDED");
    awaitVerdict("running", signalled.id(), completionOfJob(), DELAY);
  }

  /** The job has ended when Spark commits the output, in each version. */
  @Test
  void isFinishingWhileOutputOfQueryIsCommitted(@TempDir Path directory) {
    signalled.process().start("write " + directory.resolve("sales"));
    await()
        .ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .untilAsserted(
            () -> {
              JsonObject job = signalled.lastJob();
              assertThat(job.get("description").getAsString()).isEqualTo("Write the sales");
              assertThat(job.get("status").getAsString()).isEqualTo("SUCCEEDED");
            });

    JsonObject finishing =
        awaitVerdict("finishing", signalled.id(), completionOfJob(), DELAY.plusSeconds(5));

    assertThat(finishing.get("reasonLink").getAsString()).startsWith("SQL/execution/?id=");
    assertHasPage(finishing);
    assertThat(progress(finishing).getAsJsonObject("query").get("description").getAsString())
        .isEqualTo("Write the sales");

    signalled.process().start("commit");
    awaitVerdict("running", signalled.id(), Instant.now(), DELAY);
  }

  @Test
  void hasNoResponseWhileDriverIsStopped() {
    JsonObject silent =
        awaitVerdict("no_response", paused.applicationId(), pausedAt, HALF_MINUTE.plus(DELAY));
    assertThat(silent.get("reason").getAsString()).isEqualTo("The driver does not respond");

    paused.resume();
    awaitVerdict("running", paused.applicationId(), Instant.now(), Duration.ofSeconds(40));
  }

  @Test
  void isWaitingWithoutExecutors() {
    JsonObject entry =
        awaitVerdict("waiting", waiting.applicationId(), waitingSince, HALF_MINUTE.plus(DELAY));

    assertThat(entry.get("reason").getAsString()).contains("it has no executors");
    assertThat(progress(entry).get("executors").getAsInt()).isZero();
    assertHasPage(entry);
  }

  @Test
  void showsEachQueryWhileItRuns() {
    await().atMost(PATIENCE).until(() -> querySampler.samples().size() >= SAMPLES);
    List<QuerySampler.Sample> samples = querySampler.samples();
    List<QuerySampler.Sample> running =
        samples.stream().filter(sample -> sample.query().isPresent()).toList();
    print("%d of %d samples while a query runs", running.size(), samples.size());

    assertThat(running).hasSizeGreaterThan(5);
    assertThat(running).anyMatch(QuerySampler.Sample::isBetweenJobs);
    assertThat(running).allSatisfy(sample -> assertThat(sample.shown()).isEqualTo(sample.query()));
    assertThat(samples).allSatisfy(sample -> assertHasDescriptionOfUser(sample.entry()));
  }

  private static void assertHasDescriptionOfUser(JsonObject entry) {
    assertThat(entry.toString()).doesNotContain("$anonfun$", "CompletableFuture");
    if (progress(entry).has("job")) {
      assertThat(description(entry))
          .matches("Pairs of sales per store|collectAsList at QueryDriver\\.java:\\d+");
    }
  }

  @Test
  void showsStreamByNameAndBatch() {
    Sample first =
        overview.first(
            stream.applicationId(),
            healthySince,
            Duration.ofMinutes(1),
            entry -> progress(entry).has("stream"));
    await().atMost(PATIENCE).until(() -> overview.since(first.at()).size() >= SAMPLES);

    List<Sample> samples = overview.since(first.at());
    assertThat(samples)
        .allSatisfy(
            sample -> {
              assertThat(streamOf(sample).get("name").getAsString()).isEqualTo(STREAM);
              assertThat(sample.overview().json().toString()).doesNotContainPattern(UUID);
            });
    assertThat(samples)
        .extracting(sample -> streamOf(sample).get("batch").getAsLong())
        .isSorted()
        .last()
        .satisfies(batch -> assertThat(batch).isPositive());
  }

  private static JsonObject streamOf(Sample sample) {
    JsonObject progress = sample.progress(stream.applicationId());
    assertThat(progress.keySet()).as("%s", progress).contains("stream");
    return progress.getAsJsonObject("stream");
  }

  @Test
  void isRunningWhileHealthy() {
    await().atMost(PATIENCE).until(() -> overview.since(healthySince).size() >= SAMPLES);

    for (DriverProcess driver : List.of(queries, stream)) {
      assertThat(overview.since(healthySince))
          .extracting(sample -> sample.verdict(driver.applicationId()))
          .containsOnly("running");
    }
  }

  @Test
  void estimatesRestOfEvenJob() {
    signalled.process().start("background 40 500 Even tasks");
    Sample half =
        overview.first(
            signalled.id(),
            Instant.now(),
            Duration.ofMinutes(1),
            entry ->
                progress(entry).has("job")
                    && description(entry).equals("Even tasks")
                    && done(progress(entry)) >= 18);
    signalled.awaitEndOfJob("SUCCEEDED");

    JsonObject progress = half.progress(signalled.id());
    Instant reported = half.at().minusMillis(progress.get("ageMillis").getAsLong());
    long rest = Duration.between(reported, completionOfJob()).toMillis();
    JsonObject estimate = progress.getAsJsonObject("estimate");
    print("estimate after %d tasks: %s; it was %d ms", done(progress), estimate, rest);
    // On an idle machine, the estimate is within 25 %.
    assertThat(estimate.get("restMillis").getAsLong()).isBetween(rest / 2, rest * 3 / 2);
  }

  /**
   * Waits for a verdict.
   *
   * @param from the time of its cause
   * @param limit the longest time from then until a user sees it
   * @return the application in the first response with that verdict
   */
  private static JsonObject awaitVerdict(String verdict, String id, Instant from, Duration limit) {
    Sample sample =
        overview.first(
            id, from, limit, entry -> entry.get("verdict").getAsString().equals(verdict));
    Duration time = Duration.between(from, sample.at());
    print("%s after %d ms", verdict, time.toMillis());
    assertThat(time).as(verdict).isLessThanOrEqualTo(limit);
    return sample.entry(id).orElseThrow();
  }

  private static void assertHasPage(JsonObject entry) {
    String page = entry.get("link").getAsString() + entry.get("reasonLink").getAsString();
    assertThat(server.get(page).statusCode()).as(page).isEqualTo(200);
  }

  /** The end of the last job of the driver with signals. */
  private static Instant completionOfJob() {
    String time = signalled.lastJob().get("completionTime").getAsString();
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSz", Locale.ROOT)
        .parse(time, Instant::from);
  }

  private static JsonObject progress(JsonObject entry) {
    return entry.getAsJsonObject("progress");
  }

  private static String description(JsonObject entry) {
    return progress(entry).getAsJsonObject("job").get("description").getAsString();
  }

  private static int done(JsonObject progress) {
    return progress.getAsJsonObject("tasks").get("done").getAsInt();
  }

  /** Prints a measured time: the machine may be slower than the limits allow for. */
  private static void print(String format, Object... values) {
    System.out.printf("VerdictsIT: " + format + "%n", values);
  }
}
