// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The numbers of {@code /sparkui/-/applications} in comparison with those of real drivers, and the
 * access to them. {@code OverviewFilterTest} and {@code OverviewTest} cover the form, the order and
 * the headers.
 */
@Tag("war")
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class OverviewJsonIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final String[] SAM = {HeaderUserFilter.HEADER, "sam"};
  private static final String NAME = "Clickstream <b>sessions</b>";

  /** As in Spark's own list, another character replaces a {@code <} that could begin a tag. */
  private static final String AS_LISTED = "Clickstream ‹b>sessions‹/b>";

  private static EventLogs logs;
  private static TestCluster cluster;
  private static String namespace;
  private static SignalledDriver driver;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    logs = EventLogs.newDirectory("overview-" + version);
    cluster = TestCluster.open();
    namespace = cluster.newNamespace();
    int port = FreePorts.next();
    var starting =
        new BackgroundStart<>(
            () ->
                SignalledDriver.start(
                    version, DriverProcess.builder(version, NAME).user("ada").uiPort(port)));
    server =
        HistoryServerProcess.builder(version, logs.directory())
            .plugin()
            .classPath(FilterJar.of(version, HeaderUserFilter.class))
            .property("spark.ui.filters", HeaderUserFilter.class.getName() + "," + FILTER)
            .property(parameter("discovery"), "kubernetes,static")
            .property(parameter("kubeconfig"), cluster.kubeconfig().toString())
            .property(parameter("jobNamespaces"), namespace)
            .property(parameter("drivers"), "127.0.0.1:" + port)
            .property(parameter("driversRefresh"), "200ms")
            .start();
    driver = starting.get();
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(overview().ids()).contains(driver.id()));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    driver.close();
    cluster.close();
  }

  @AfterEach
  void leaveNoJob() {
    driver.cancelJobs();
  }

  @Test
  void reportsMetadataOfDriver() {
    JsonObject itself =
        JsonParser.parseString(driver.process().get("/api/v1/applications").body())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    JsonObject attempt = itself.getAsJsonArray("attempts").get(0).getAsJsonObject();

    JsonObject entry = overview().application(driver.id()).orElseThrow();
    assertThat(entry.get("name").getAsString()).isEqualTo(AS_LISTED);
    assertThat(entry.get("user").getAsString()).isEqualTo("ada");
    assertThat(entry.get("sparkVersion").getAsString()).isEqualTo(version.name());
    assertThat(entry.get("started")).isEqualTo(attempt.get("startTimeEpoch"));
    assertThat(entry.get("state").getAsString()).isEqualTo("live");
    assertThat(entry.get("viewable").getAsBoolean()).isTrue();
    assertThat(entry.get("link").getAsString()).isEqualTo("/sparkui/" + driver.id() + "/");
    assertThat(entry.keySet()).doesNotContain("attemptId", "namespace", "ended");
    // In local mode the driver is its only executor.
    soon(() -> assertThat(progress().get("executors").getAsInt()).isEqualTo(1));
    assertThat(progress().get("cores").getAsInt()).isEqualTo(2);
    assertThat(server.get(entry.get("link").getAsString() + "jobs/", SAM).statusCode())
        .isEqualTo(200);
  }

  @Test
  void followsAJobThatSucceeds() {
    driver.startJob("Succeeds", 6);
    driver.succeed("Succeeds", 3);
    driver.awaitTasks(3, 2);
    assertReports("running", "Succeeds", 1);

    driver.succeed("Succeeds", 3);
    driver.awaitEndOfJob("SUCCEEDED");
    assertReports("succeeded", "Succeeds", 0);
  }

  @Test
  void followsAJobThatFails() {
    driver.startJob("Fails", 4);
    driver.succeed("Fails", 1);
    driver.awaitTasks(1, 2);
    driver.fail("Fails");
    driver.awaitEndOfJob("FAILED");

    assertReports("failed", "Fails", 0);
    assertThat(counts().failed()).isEqualTo(1);
  }

  @Test
  void followsAJobThatIsKilled() {
    driver.startJob("Is killed", 5);
    driver.succeed("Is killed", 2);
    driver.awaitTasks(2, 2);
    assertReports("running", "Is killed", 1);

    kill(driver.newestJob());
    driver.awaitEndOfJob("FAILED");

    assertReports("failed", "Is killed", 0);
  }

  @Test
  void followsTasksThatEndAfterTheirJobWasKilled() {
    driver.process().startJob("Sleeps", 2, Duration.ofSeconds(5));
    driver.awaitTasks(0, 2);
    assertReports("running", "Sleeps", 1);

    kill(driver.newestJob());
    soon(() -> assertThat(job().get("status").getAsString()).isEqualTo("failed"));
    driver.awaitEndOfJob("FAILED");

    assertReports("failed", "Sleeps", 0);
  }

  @Test
  void countsSkippedTasksSeparately() {
    driver.startJobThatSkips("Skips <br/> a stage", 3);
    driver.succeed("Skips <br/> a stage", 3);
    driver.awaitEndOfJob("SUCCEEDED");

    assertReports("succeeded", "Skips <br/> a stage", 0);
    assertThat(counts()).isEqualTo(new TaskCounts(3, 3, 0, 0, 0, 3));
  }

  @Test
  void sumsTasksOfConcurrentJobs() {
    driver.startJob("First", 2);
    driver.process().startJob("Second", 3, Duration.ofHours(1));
    await().untilAsserted(() -> assertThat(driver.counts().total()).isEqualTo(5));
    assertReports("running", "Second", 2);

    kill(driver.newestJob());
    await().untilAsserted(() -> assertThat(driver.counts().total()).isEqualTo(2));
    assertReports("running", "First", 1);
  }

  @Test
  void reportsStartingThenEndedUntilHistoryIsComplete() {
    String id = "spark-starting";
    String pod = PodManifests.name(cluster.create(namespace, PodManifests.driver(id)));
    cluster.setStatus(namespace, pod, PodStatuses.running("127.0.0.1", Instant.now()));
    await().untilAsserted(() -> assertThat(overview().ids()).contains(id));
    JsonObject starting = overview().application(id).orElseThrow();
    assertThat(starting.get("state").getAsString()).isEqualTo("starting");
    assertThat(starting.get("namespace").getAsString()).isEqualTo(namespace);
    assertThat(starting.keySet()).doesNotContain("progress", "ended");

    Instant ended = Instant.now();
    cluster.setStatus(namespace, pod, PodStatuses.succeeded(ended.minusSeconds(9), ended));
    await()
        .untilAsserted(
            () ->
                assertThat(overview().application(id).orElseThrow().get("state").getAsString())
                    .isEqualTo("ended"));
    JsonObject over = overview().application(id).orElseThrow();
    assertThat(Instant.ofEpochMilli(over.get("ended").getAsLong()))
        .isBetween(ended.minusSeconds(10), Instant.now());

    logs.write(LoggedApplication.startedAt(ended.minusSeconds(9), id).endedAt(ended));
    await().untilAsserted(() -> assertThat(overview().ids()).doesNotContain(id));
  }

  @Test
  void hidesOverviewFromUnauthenticatedUser() {
    for (String path : new String[] {OverviewResponse.PATH, "/sparkui/"}) {
      HttpResponse<String> response = server.get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(401);
      assertThat(response.body()).as(path).doesNotContain(driver.id());
    }
    for (String path : new String[] {"/", "/?showIncomplete=true"}) {
      assertThat(server.get(path).body()).as(path).doesNotContain("live-history");
      assertThat(server.get(path, SAM).body()).as(path).contains("id=\"live-history\"");
    }
  }

  /** Asserts that within four seconds the counts are the driver's own, which do not change. */
  private static void assertReports(String status, String description, int running) {
    soon(
        () -> {
          JsonObject job = job();
          assertThat(job.get("status").getAsString()).isEqualTo(status);
          assertThat(job.get("description").getAsString()).isEqualTo(description);
          assertThat(job.get("id").getAsInt()).isEqualTo(driver.newestJob());
          assertThat(progress().get("runningJobs").getAsInt()).isEqualTo(running);
          assertThat(counts()).isEqualTo(driver.counts());
        });
  }

  private static void soon(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(4))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .untilAsserted(assertion);
  }

  private static void kill(int job) {
    String page = server.get("/sparkui/" + driver.id() + "/jobs/", SAM).body();
    HttpRequest kill = KillButton.on(page, job).post(server.uri()).headers(SAM).build();
    assertThat(server.send(kill).statusCode()).isEqualTo(302);
  }

  private static JsonObject job() {
    return progress().getAsJsonObject("job");
  }

  private static TaskCounts counts() {
    return TaskCounts.ofOverview(progress().getAsJsonObject("tasks"));
  }

  private static JsonObject progress() {
    return overview().progress(driver.id()).orElseThrow();
  }

  private static OverviewResponse overview() {
    return OverviewResponse.of(server, SAM);
  }

  private static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }
}
