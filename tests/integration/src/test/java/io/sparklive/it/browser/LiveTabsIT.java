// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.BusyProgram;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.InChromium;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tab of a live UI, in a browser, in comparison with the driver's own. */
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.it.browser.VersionPair#underTest")
class LiveTabsIT {
  private static SparkVersion running;
  private static HistoryServerProcess server;

  @Parameter VersionPair pairing;

  private Chromium browser;
  private LiveUi ui;

  /** Pairs are ordered by their History Server: each is started once. */
  @BeforeParameterizedClassInvocation
  static void start(VersionPair pairing) {
    if (pairing.historyServer().equals(running)) {
      return;
    }
    if (server != null) {
      server.close();
    }
    running = pairing.historyServer();
    server = LiveHistoryServer.start(running, BusyDrivers.addresses(), "30s");
    LiveHistoryServer.awaitApplications(server, "", SparkVersion.underTest().size());
  }

  @BeforeEach
  void open(Chromium browser) {
    this.browser = browser;
    ui = liveUi(server.uri());
  }

  private LiveUi liveUi(URI root) {
    DriverProcess driver = BusyDrivers.of(pairing.driver());
    return new LiveUi(browser, URI.create(root + "/sparkui/" + driver.applicationId()), driver);
  }

  @Test
  void showsJobs() {
    ui.open("/jobs/");
    assertJobs(ui);
    Screenshots.take(browser, pairing, "live-jobs", 900);

    browser.click(".expand-application-timeline");
    awaiting(
        () ->
            assertThat(browser.count("#application-timeline .application-timeline-content"))
                .isEqualTo(ui.restList("/jobs").size()));
    ui.assertNoErrors();
  }

  @Test
  void sortsAndPagesJobs() {
    List<String> ids =
        ui.restList("/jobs").stream()
            .filter(job -> job.get("status").getAsString().equals("SUCCEEDED"))
            .map(job -> job.get("jobId").getAsInt())
            .sorted(Comparator.naturalOrder())
            .map(String::valueOf)
            .toList();

    ui.open("/jobs/");
    browser.click("#completedJob-table th a[href*='sort=Job+Id']");
    assertThat(firstWords("#completedJob-table tr > td:first-child")).isEqualTo(ids);

    browser.type("#form-completedJob-table-top-page-size", "4");
    browser.click("#form-completedJob-table-top-page button");
    ui.assertRows("#completedJob-table", 4);
    browser.click("a.page-link[href*='completedJob.page=2']");
    assertThat(firstWords("#completedJob-table tr > td:first-child")).isEqualTo(ids.subList(4, 8));
    ui.assertNoErrors();
  }

  @Test
  void showsJobDetails() {
    JsonObject job = withSeveralStages();
    ui.open("/jobs/job/?id=" + job.get("jobId").getAsInt());
    ui.assertRows("#completedStage-table", job.get("numCompletedStages").getAsInt());

    browser.click(".expand-dag-viz");
    awaiting(
        () ->
            assertThat(browser.count("#dag-viz-graph g.cluster.stage"))
                .isEqualTo(job.getAsJsonArray("stageIds").size()));
    browser.click(".expand-job-timeline");
    awaiting(
        () ->
            assertThat(browser.count("#job-timeline .job-timeline-content"))
                .isEqualTo(job.getAsJsonArray("stageIds").size()));
    // From 4.3 on, the driver's Content-Security-Policy forbids an onclick that its own DAG sets.
    ui.assertNoErrors("/static/d3.min.js 1 Executing inline event handler violates");
  }

  @Test
  void showsStages() {
    ui.open("/stages/");
    Map<String, Long> statuses = ui.statuses("/stages");
    ui.assertRows("#activeStage-table", statuses.get("ACTIVE"));
    ui.assertRows("#pendingStage-table", statuses.get("PENDING"));
    ui.assertRows("#completedStage-table", statuses.get("COMPLETE"));
    ui.assertRows("#skippedStage-table", statuses.get("SKIPPED"));
    ui.assertRows("#failedStage-table", statuses.get("FAILED"));
    ui.assertNoErrors();
  }

  @Test
  void showsStageDetails() {
    assertStage(ui);
    Screenshots.take(browser, pairing, "live-stage", 1100);

    browser.click("#active-tasks-table_wrapper .next a, #active-tasks-table_wrapper .next");
    ui.assertRows("#active-tasks-table", 10);
    browser.click("#active-tasks-table_wrapper .previous a, #active-tasks-table_wrapper .previous");
    ui.assertRows("#active-tasks-table", 20);
    browser.click("#active-tasks-table_wrapper thead th");
    awaiting(() -> assertThat(tasks().get(0)).isEqualTo("29"));

    browser.click(".expand-dag-viz");
    awaiting(() -> assertThat(browser.count("#dag-viz-graph g.node")).isEqualTo(1));
    browser.click(".expand-task-assignment-timeline");
    awaiting(
        () ->
            assertThat(browser.count("#task-assignment-timeline .task-assignment-timeline-content"))
                .isEqualTo(30));
    ui.assertNoErrors();
  }

  @Test
  void showsStorage() {
    List<JsonObject> rdds = ui.restList("/storage/rdd");
    assertThat(rdds).hasSize(1);
    ui.open("/storage/");
    ui.assertRows("#storage-by-rdd-table", rdds.size());
    assertThat(browser.text("#storage-by-rdd-table td:nth-child(2)"))
        .isEqualTo(rdds.get(0).get("name").getAsString().strip());

    browser.click("#storage-by-rdd-table td:nth-child(2) a");
    ui.assertRows("#rdd-storage-by-block-table", rdds.get(0).get("numCachedPartitions").getAsInt());
    ui.assertNoErrors();
  }

  @Test
  void showsEnvironment() {
    ui.open("/environment/");
    int properties =
        ui.rest("/environment").getAsJsonObject().getAsJsonArray("sparkProperties").size();
    awaiting(
        () ->
            assertThat(
                    browser.texts(
                        ".aggregated-sparkProperties tbody td:first-child,"
                            + " #spark-props-table tbody td:first-child"))
                .hasSize(properties)
                .contains("spark.app.id"));
    ui.assertNoErrors();
  }

  @Test
  void showsExecutors() {
    assertExecutors(ui);
    Screenshots.take(browser, pairing, "live-executors", 900);
    ui.assertNoErrors();
  }

  @Test
  void showsThreadDump() {
    List<String> names =
        ui.restList("/executors/driver/threads").stream()
            .map(thread -> thread.get("threadName").getAsString())
            .filter(name -> name.startsWith("Executor task launch worker for task"))
            .toList();
    assertThat(names).isNotEmpty();

    ui.open("/executors/threadDump/?executorId=driver");
    awaiting(
        () -> assertThat(browser.texts("tr.accordion-heading td:nth-child(2)")).containsAll(names));
    if (pairing.driver().compareTo(new SparkVersion("4.0.0")) >= 0) {
      awaiting(
          () -> assertThat(browser.count("#executor-flamegraph-chart svg g.frame")).isPositive());
    }
    ui.assertNoErrors();
  }

  @Test
  void showsHeapHistogram() {
    ui.open("/executors/heapHistogram/?executorId=driver");
    assertThat(browser.count("table tbody tr")).isGreaterThan(1000);
    assertThat(browser.texts("table tbody tr:nth-child(-n+100) td")).contains("java.lang.String");
    ui.assertNoErrors();
  }

  @Test
  void showsSqlQueries() {
    Map<String, Long> statuses = ui.statuses("/sql?length=100");
    ui.open("/SQL/");
    if (browser.count("#running-table") > 0) {
      ui.assertRows("#running-table", statuses.get("RUNNING"));
      ui.assertRows("#completed-table", statuses.get("COMPLETED"));
      ui.assertRows("#failed-table", statuses.get("FAILED"));
    } else {
      ui.assertRows("#sql-table", ui.restList("/sql?length=100").size());
    }
    ui.assertNoErrors();
  }

  @Test
  void showsQueryPlan() {
    JsonObject query =
        ui.restList("/sql?length=100").stream()
            .filter(one -> one.get("description").getAsString().startsWith("Clicks per store"))
            .findFirst()
            .orElseThrow();
    ui.open("/SQL/execution/?id=" + query.get("id").getAsInt());
    awaiting(
        () ->
            assertThat(
                    browser.count("#plan-viz-graph svg g.node")
                        + browser.count("#plan-viz-graph svg g.cluster"))
                .isEqualTo(query.getAsJsonArray("nodes").size()));
    ui.assertNoErrors();
  }

  @Test
  void showsStructuredStreaming() {
    // A query's batches run as jobs in a group with the name of its run.
    String run =
        ui.restList("/jobs").stream()
            .filter(job -> job.has("jobGroup"))
            .map(job -> job.get("jobGroup").getAsString())
            .findFirst()
            .orElseThrow();

    ui.open("/StreamingQuery/");
    assertThat(browser.texts("#active-table > tbody > tr > td:nth-child(4)")).containsExactly(run);

    browser.click("#active-table > tbody a[href*='statistics']");
    awaiting(() -> assertThat(browser.text("body")).contains("RunId: " + run));
    awaiting(() -> assertThat(browser.count("#stat-table svg")).isGreaterThan(3));
    ui.assertNoErrors();
  }

  @Test
  void showsDStreams() {
    assumeThat(BusyProgram.hasDStreams(pairing.driver()))
        .as("Maven finds spark-streaming " + pairing.driver())
        .isTrue();
    int completed =
        ui.rest("/streaming/statistics")
            .getAsJsonObject()
            .get("numRetainedCompletedBatches")
            .getAsInt();
    assertThat(completed).isPositive();

    ui.open("/streaming/");
    ui.assertRows("#completedBatches-table", completed);
    awaiting(() -> assertThat(browser.count("#processing-time-timeline svg")).isEqualTo(1));
    browser.click("#completedBatches-table > tbody a[href*='batch?id=']");
    assertThat(browser.texts("h3")).anyMatch(title -> title.startsWith("Details of batch"));
    // From 4.0 on, the page calls a function that its module does not export.
    ui.assertNoErrors("onClickTimeline is not defined");
  }

  @Test
  void showsConnectSessions() {
    assumeThat(BusyProgram.hasConnect(pairing.driver()))
        .as("Maven finds spark-connect " + pairing.driver())
        .isTrue();
    ui.open("/connect/");
    ui.assertRows("#sessionstat", 1);
    browser.click("#sessionstat > tbody a[href*='/connect/session']");
    assertThat(browser.text("body")).containsPattern("User:? ada").contains("Request(s)");
    ui.assertNoErrors();
  }

  @Test
  void killsAJobByItsLink() {
    String job = ui.startJobToKill();
    ui.open("/jobs/");
    String dialog = browser.kill("jobs/job", job);

    assertThat(dialog).contains("kill job " + job);
    await().untilAsserted(() -> assertThat(ui.statusOf(job)).isEqualTo("FAILED"));
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    ui.assertStaysHere(browser.activity());
  }

  @Test
  void killsAStageByItsLink() {
    String job = ui.startJobToKill();
    int stage = ui.job(job).getAsJsonArray("stageIds").get(0).getAsInt();
    ui.open("/stages/");
    String dialog = browser.kill("stages/stage", String.valueOf(stage));

    assertThat(dialog).contains("kill stage " + stage);
    await().untilAsserted(() -> assertThat(ui.statusOf(job)).isEqualTo("FAILED"));
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/stages/"));
    ui.assertStaysHere(browser.activity());
  }

  @Test
  void staysUnderAPrefix() throws IOException {
    try (PrefixProxy front = PrefixProxy.before(server)) {
      LiveUi prefixed = liveUi(front.uri());
      prefixed.open("/");
      assertThat(browser.url()).isEqualTo(prefixed.root() + "/jobs/");
      assertJobs(prefixed);
      prefixed.assertNoErrors();
      assertStage(prefixed);
      prefixed.assertNoErrors();
      assertExecutors(prefixed);
      prefixed.assertNoErrors();
    }
  }

  private void assertJobs(LiveUi shown) {
    Map<String, Long> statuses = ui.statuses("/jobs");
    shown.assertRows("#activeJob-table", statuses.get("RUNNING"));
    shown.assertRows("#completedJob-table", statuses.get("SUCCEEDED"));
    shown.assertRows("#failedJob-table", statuses.get("FAILED"));
  }

  /** The stage of the first job, whose thirty tasks are done. */
  private void assertStage(LiveUi shown) {
    JsonObject stage = shown.restList("/stages/0").get(0);
    assertThat(stage.get("numCompleteTasks").getAsInt()).isEqualTo(30);
    shown.open("/stages/stage/?id=0&attempt=0");
    shown.assertRows("#active-tasks-table", 20);
    shown.assertRows("#summary-executor-table", 1);
    List<String> first =
        shown.restList("/stages/0/0/taskList?length=20").stream()
            .map(task -> task.get("index").getAsString())
            .toList();
    assertThat(tasks()).hasSize(20).isEqualTo(first);
    assertThat(browser.text("#active-tasks-table_info")).contains("of 30");
  }

  private void assertExecutors(LiveUi shown) {
    shown.open("/executors/");
    List<JsonObject> executors = shown.restList("/allexecutors");
    shown.assertRows("#active-executors-table", executors.size());
    String tasks = executors.get(0).get("completedTasks").getAsString();
    assertThat(browser.texts("#active-executors-table > tbody > tr > td"))
        .contains("driver", tasks);
  }

  private JsonObject withSeveralStages() {
    return ui.restList("/jobs").stream()
        .filter(job -> job.get("numCompletedStages").getAsInt() > 1)
        .filter(job -> job.get("numSkippedStages").getAsInt() == 0)
        .findFirst()
        .orElseThrow();
  }

  private List<String> tasks() {
    return browser.texts("#active-tasks-table > tbody > tr > td:first-child");
  }

  private List<String> firstWords(String selector) {
    return browser.texts(selector).stream().map(text -> text.split(" ", 2)[0]).toList();
  }
}
