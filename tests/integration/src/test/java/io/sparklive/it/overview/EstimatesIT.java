// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.overview.OverviewSampler.Sample;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The estimates of the overview for jobs of a real driver with two cores, against the time that the
 * jobs then took. The jobs take ten to thirty seconds each: these tests need an idle machine.
 */
@Tag("long")
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class EstimatesIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSz", Locale.ROOT);

  private static HistoryServerProcess server;
  private static DriverProcess driver;
  private static OverviewSampler overview;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    int port = FreePorts.next();
    driver =
        QueryDriverProgram.builder(version, "Jobs")
            .uiPort(port)
            // With the default of 100 ms, the driver's own report lacks the tasks that ended
            // together with another one, until the next task ends: with two cores, a whole round.
            .property("spark.ui.liveUpdate.period", "0")
            .start();
    server =
        HistoryServerProcess.builder(
                version, EventLogs.newDirectory("estimates-" + version).directory())
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property("spark." + FILTER + ".param.drivers", "127.0.0.1:" + port)
            .property("spark." + FILTER + ".param.driversRefresh", "200ms")
            .start();
    await()
        .atMost(PATIENCE)
        .until(() -> server.get("/sparkui/-/applications").body().contains(driver.applicationId()));
    overview = new OverviewSampler(server);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    overview.close();
    server.close();
    driver.close();
  }

  @ParameterizedTest
  @CsvSource({
    "40,500", "20,1000", "60,400", "100,200", "30,800", "16,1500", "50,500", "80,300", "24,1000",
    "200,150"
  })
  void estimatesRestOfEvenJobAtHalfTime(int tasks, int millis) {
    String description = "Even tasks %d %d".formatted(tasks, millis);
    Instant begin = Instant.now();
    driver.start("background %d %d %s".formatted(tasks, millis, description));
    Sample half = awaitDone(begin, description, tasks / 2);
    JsonObject progress = half.progress(driver.applicationId());
    Instant reported = half.at().minusMillis(progress.get("ageMillis").getAsLong());
    long rest = Duration.between(reported, awaitEnd(description)).toMillis();

    JsonObject estimate = progress.getAsJsonObject("estimate");
    System.out.printf(
        "EstimatesIT: %s, %d done: %s; it was %d ms%n",
        description, done(progress), estimate, rest);
    assertThat((double) estimate.get("restMillis").getAsLong())
        .isCloseTo((double) rest, Percentage.withPercentage(25));
  }

  @ParameterizedTest
  @CsvSource({"40,400", "80,200"})
  void givesNoEstimateOnceUnevenJobSlowsDown(int tasks, int millis) {
    String description = "Uneven tasks %d %d".formatted(tasks, millis);
    Instant begin = Instant.now();
    driver.start("uneven %d %d %s".formatted(tasks, millis, description));

    Sample slow =
        overview.first(
            driver.applicationId(),
            begin,
            PATIENCE,
            entry -> isRunning(entry, description) && hasNoEstimate(entry));
    JsonObject progress = slow.progress(driver.applicationId());
    System.out.printf("EstimatesIT: %s: none after %d tasks%n", description, done(progress));
    assertThat(done(progress)).isBetween(tasks / 2, tasks - 1);
    Instant unused = awaitEnd(description);
  }

  private static boolean hasNoEstimate(JsonObject entry) {
    JsonObject progress = entry.getAsJsonObject("progress");
    return progress.has("estimate") && progress.getAsJsonObject("estimate").has("unknown");
  }

  /** The first response in which so many tasks of a job are done. */
  private static Sample awaitDone(Instant begin, String description, int tasks) {
    return overview.first(
        driver.applicationId(),
        begin,
        PATIENCE,
        entry -> isRunning(entry, description) && done(entry.getAsJsonObject("progress")) >= tasks);
  }

  private static boolean isRunning(JsonObject entry, String description) {
    JsonObject progress = entry.getAsJsonObject("progress");
    return progress != null
        && progress.get("runningJobs").getAsInt() == 1
        && descriptionOf(progress.getAsJsonObject("job")).equals(description);
  }

  private static String descriptionOf(JsonObject job) {
    return job.get("description").getAsString();
  }

  private static int done(JsonObject progress) {
    return progress.getAsJsonObject("tasks").get("done").getAsInt();
  }

  /** The end of a job, by the driver's own REST API. */
  private static Instant awaitEnd(String description) {
    return await()
        .atMost(PATIENCE)
        .until(() -> job(description), job -> job.has("completionTime"))
        .get("completionTime")
        .getAsJsonPrimitive()
        .getAsString()
        .transform(time -> TIME.parse(time, Instant::from));
  }

  private static JsonObject job(String description) {
    String jobs = driver.get("/api/v1/applications/" + driver.applicationId() + "/jobs").body();
    return StreamSupport.stream(JsonParser.parseString(jobs).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(job -> job.has("description") && descriptionOf(job).equals(description))
        .findFirst()
        .orElse(new JsonObject());
  }
}
