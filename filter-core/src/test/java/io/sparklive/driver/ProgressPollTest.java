// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.driver.RecordedProgress.executor;
import static io.sparklive.driver.RecordedProgress.job;
import static io.sparklive.driver.RecordedProgress.list;
import static io.sparklive.driver.RecordedProgress.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.SourceRef;
import io.sparklive.application.TaskCounts;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressPollTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final String RUNNING = "/jobs?status=running";
  private static final String SQL_OPTIONS = "?details=false&planDescription=false";

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final Map<String, String> responses = new ConcurrentHashMap<>();
  private final Set<String> unavailable = ConcurrentHashMap.newKeySet();
  private FakeDriver driver;
  private DriverHttpClient client;
  private DriverApi drivers;
  private int counted;
  private Instant now = STARTED;

  private static final String STREAM = "6cd3b7a7-ef04-48ef-a303-d5fcec6bc5ae";

  @BeforeEach
  void start() throws Exception {
    driver = new FakeDriver(A.value());
    client = new DriverHttpClient(4);
    drivers = new DriverApi(client.client(), "test", Duration.ofSeconds(10));
    driver.respondToAll(this::respond);
    responses.put(RUNNING, "[ ]");
    responses.put("/executors", new String(whole("executors", "4.2.0"), UTF_8));
    addDriver(addressOf(driver));
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private void respond(DriverConnection connection) throws IOException {
    String path = path(connection.request().target());
    String response = responses.get(path);
    int missing = unavailable.contains(path) ? 503 : 404;
    connection.respond(response == null ? Response.of(missing, "") : Response.of(200, response));
  }

  private void makeUnavailable(String path) {
    responses.remove(path);
    unavailable.add(path);
  }

  private static String path(String target) {
    return target.substring(("/api/v1/applications/" + A).length());
  }

  private void addDriver(DriverAddress address) {
    addDriver(address, "4.2.0");
  }

  private void addDriver(DriverAddress address, String version) {
    ApplicationInfo info = new ApplicationInfo("app-a", Optional.empty(), STARTED, "ada", version);
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, true, info, Optional.of(address), Optional.empty()));
  }

  private LiveApplication application() {
    return registry.find(A).orElseThrow();
  }

  /** Polls once, and applies the result to the registry. */
  private Optional<Progress> poll() throws Exception {
    Optional<Progress> reported = result().progress();
    reported.ifPresent(
        progress ->
            registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, STARTED, progress)));
    return reported;
  }

  private ProgressPoll.Result result() throws Exception {
    return result(ProgressPoll.Limits.prompt());
  }

  private ProgressPoll.Result result(ProgressPoll.Limits limits) throws Exception {
    return new ProgressPoll(drivers, limits, () -> now, application()).run().get(20, SECONDS);
  }

  private JobProgress jobProgress() throws Exception {
    return poll().flatMap(Progress::jobs).orElseThrow();
  }

  /** The requests to the driver since the last call. */
  private List<String> newRequests() {
    List<String> all = driver.requests().stream().map(a -> path(a.target())).toList();
    List<String> since = all.subList(counted, all.size());
    counted = all.size();
    return since;
  }

  private void setRunning(JsonObject... jobs) {
    responses.put(RUNNING, list(jobs));
  }

  private void setJob(JsonObject job) {
    responses.put("/jobs/" + job.get("jobId").getAsInt(), job.toString());
  }

  private static JsonObject query(long id, String status, String runningJobs, String endedJobs) {
    return JsonParser.parseString(
            """
            { "id": %d, "status": "%s", "description": "SELECT %d",
              "submissionTime": "2026-12-01T21:32:13.357GMT",
              "runningJobIds": %s, "successJobIds": %s, "failedJobIds": [ ] }\
            """
                .formatted(id, status, id, runningJobs, endedJobs))
        .getAsJsonObject();
  }

  private void setQuery(JsonObject query) {
    responses.put("/sql/" + query.get("id").getAsLong() + SQL_OPTIONS, query.toString());
  }

  private static JsonObject jobOfQuery(int id, String status, long query, String... changes) {
    JsonObject job = job(id, status, changes);
    job.add(
        "jobTags",
        JsonParser.parseString("[\"a\", \"spark-session-1-execution-root-id-" + query + "\"]"));
    return job;
  }

  private Optional<Progress.SqlQuery> sql() throws Exception {
    return poll().orElseThrow().queries().sql();
  }

  @Test
  void requestsOnlyRunningJobsAndExecutorsWhileFirstJobRuns() throws Exception {
    setRunning(job(0, "RUNNING", "numTasks", "10"));

    Progress progress = poll().orElseThrow();

    assertThat(progress.asOf()).isEqualTo(STARTED);
    assertThat(progress.executors().orElseThrow().cores()).isEqualTo(2);
    JobProgress job = progress.jobs().orElseThrow();
    assertThat(job.running()).isOne();
    assertThat(job.job()).isZero();
    assertThat(job.description()).isEqualTo("reduce at App.java:5");
    assertThat(job.tasks()).isEqualTo(new TaskCounts(10, 4, 0, 0, 0, 0));
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void reportsNoJobBeforeFirstJob() throws Exception {
    setExecutors(executor("driver", 2, 0));
    assertThat(poll().orElseThrow().jobs()).isEmpty();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs/0");

    poll();

    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsAllJobsOnceIfFirstJobIsDropped() throws Exception {
    responses.put("/jobs", list(job(4711, "SUCCEEDED"), job(4712, "FAILED", "stageIds", "[ ]")));

    assertThat(poll().flatMap(Progress::lastEnded))
        .contains(new Progress.EndedJob(4712, JobProgress.Status.FAILED));
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs/0", "/jobs");

    setExecutors(executor("driver", 2, 5));
    setJob(job(4712, "FAILED", "stageIds", "[ ]"));
    setJob(job(4713, "SUCCEEDED"));
    assertThat(jobProgress().job()).isEqualTo(4713);
    assertThat(newRequests()).doesNotContain("/jobs");
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED, SUCCEEDED", "FAILED, FAILED"})
  void requestsLastJobOnceAfterJobEnds(String status, JobProgress.Status ended) throws Exception {
    setRunning(job(0, "RUNNING"));
    poll();
    newRequests();
    setRunning();
    setJob(job(0, status, "numFailedTasks", "3"));

    assertThat(jobProgress().status()).isEqualTo(ended);
    assertThat(newRequests()).startsWith(RUNNING, "/executors", "/jobs/0", "/jobs/1");

    JobProgress still = jobProgress();
    assertThat(still.job()).isZero();
    assertThat(still.tasks().failed()).isEqualTo(3);
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsJobThatEndedBeforeRunningOne() throws Exception {
    setRunning(job(7, "RUNNING"));
    setJob(job(6, "FAILED", "stageIds", "[ ]"));

    assertThat(poll().flatMap(Progress::lastEnded))
        .contains(new Progress.EndedJob(6, JobProgress.Status.FAILED));
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs/6");
    poll();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");

    setRunning(job(8, "RUNNING"), job(7, "RUNNING"));
    poll();
    assertThat(newRequests()).as("job 6 is known").containsExactly(RUNNING, "/executors");

    setRunning(job(7, "RUNNING"));
    setJob(job(8, "SUCCEEDED"));
    assertThat(poll().flatMap(Progress::lastEnded))
        .contains(new Progress.EndedJob(8, JobProgress.Status.SUCCEEDED));
  }

  @Test
  void findsLastOfManyJobsByFewRequests() throws Exception {
    for (int id = 0; id <= 450; id++) {
      setJob(job(id, "SUCCEEDED"));
    }

    assertThat(jobProgress().job()).isEqualTo(450);
    assertThat(newRequests().size()).isLessThan(24);
  }

  @Test
  void continuesLongSearchWithNextPoll() throws Exception {
    for (int id = 0; id <= 9000; id++) {
      setJob(job(id, "SUCCEEDED"));
    }
    int last = 0;
    for (int poll = 0; poll < 5 && last < 9000; poll++) {
      last = jobProgress().job();
      // One more task has run: the poll requests the last job again.
      setExecutors(executor("driver", 2, 10 + poll));
    }

    assertThat(last).isEqualTo(9000);
  }

  private void setExecutors(JsonObject... executors) {
    responses.put("/executors", list(executors));
  }

  @Test
  void requestsLastJobAgainIfMoreTasksHaveRun() throws Exception {
    setJob(job(0, "SUCCEEDED"));
    poll();
    newRequests();
    poll();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
    // A job started and ended between two polls.
    setExecutors(executor("driver", 2, 5));
    setJob(job(1, "FAILED", "stageIds", "[ ]"));

    assertThat(jobProgress().job()).isOne();
    assertThat(newRequests()).startsWith(RUNNING, "/executors", "/jobs/0", "/jobs/1");
  }

  @Test
  void requestsLastJobUntilItsTasksEnd() throws Exception {
    setJob(job(0, "FAILED", "numActiveTasks", "2", "stageIds", "[ ]"));
    assertThat(jobProgress().tasks().active()).isEqualTo(2);
    setJob(job(0, "FAILED", "numKilledTasks", "2", "stageIds", "[ ]"));

    JobProgress over = jobProgress();

    assertThat(over.tasks().active()).isZero();
    assertThat(over.tasks().killed()).isEqualTo(2);
    newRequests();
    poll();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void reportsReasonOfFailedJobOnce() throws Exception {
    setRunning();
    setJob(job(0, "FAILED", "stageIds", "[ 3, 5 ]"));
    responses.put("/stages/5?details=false", "[ { \"status\": \"SKIPPED\" } ]");
    responses.put(
        "/stages/3?details=false",
        """
        [ { "status": "FAILED", "stageId": 3, "attemptId": 1,
            "failureReason": "Job aborted\\nsecond line" } ]\
        """);

    assertThat(poll().flatMap(Progress::failure))
        .contains(new Progress.Failure(0, 3, 1, "Job aborted"));
    assertThat(newRequests()).contains("/stages/5?details=false", "/stages/3?details=false");

    assertThat(poll().flatMap(Progress::failure)).isPresent();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");

    setRunning(job(1, "RUNNING"));
    assertThat(poll().flatMap(Progress::failure)).as("still the last job").isPresent();
    setRunning(job(2, "RUNNING"));
    setJob(job(1, "SUCCEEDED"));
    assertThat(poll().flatMap(Progress::failure)).isEmpty();
  }

  @Test
  void reportsReasonOfFailedStageOfRunningJob() throws Exception {
    responses.put(
        "/stages/3?details=false",
        "[ { \"status\": \"FAILED\", \"stageId\": 3, \"failureReason\": \"fetch failed\" } ]");
    setRunning(job(0, "RUNNING", "stageIds", "[ 3 ]", "numFailedStages", "1"));

    assertThat(poll().flatMap(Progress::failure))
        .contains(new Progress.Failure(0, 3, 0, "fetch failed"));
    newRequests();
    assertThat(poll().flatMap(Progress::failure)).isPresent();
    assertThat(newRequests()).as("the same failure").containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsAtMostThreeStagesForReason() throws Exception {
    setJob(job(0, "FAILED", "stageIds", "[ 1, 2, 3, 4, 5 ]"));

    assertThat(poll().flatMap(Progress::failure)).isEmpty();

    assertThat(newRequests())
        .filteredOn(path -> path.startsWith("/stages"))
        .containsExactly(
            "/stages/5?details=false", "/stages/4?details=false", "/stages/3?details=false");
  }

  @Test
  void reportsQueryOfRunningJob() throws Exception {
    setRunning(jobOfQuery(7, "RUNNING", 3, "numTasks", "10", "numCompletedIndices", "2"));
    setJob(job(6, "SUCCEEDED", "numTasks", "5", "numCompletedIndices", "5"));
    setQuery(query(3, "RUNNING", "[ 7 ]", "[ 6 ]"));

    Progress progress = poll().orElseThrow();

    Progress.SqlQuery query = progress.queries().sql().orElseThrow();
    assertThat(query.id()).isEqualTo(3);
    assertThat(query.description()).isEqualTo("SELECT 3");
    assertThat(query.started()).contains(Instant.parse("2026-12-01T21:32:13.357Z"));
    assertThat(query.jobs()).isEqualTo(2);
    assertThat(query.tasks()).isEqualTo(new TaskCounts(15, 7, 0, 0, 0, 0));
    assertThat(progress.jobs().orElseThrow().description()).isEqualTo("SELECT 3");
  }

  @Test
  void countsEndedJobsOfQueryOnce() throws Exception {
    setRunning(jobOfQuery(7, "RUNNING", 3, "numTasks", "10", "numCompletedIndices", "2"));
    setJob(job(6, "SUCCEEDED", "numTasks", "5", "numCompletedIndices", "5"));
    setQuery(query(3, "RUNNING", "[ 7 ]", "[ 6 ]"));
    poll();
    newRequests();

    assertThat(sql().orElseThrow().tasks().total()).isEqualTo(15);

    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/sql/3" + SQL_OPTIONS);
  }

  @Test
  void reportsQueryBetweenItsJobs() throws Exception {
    setRunning(jobOfQuery(0, "RUNNING", 3));
    setQuery(query(3, "RUNNING", "[ 0 ]", "[ ]"));
    poll();
    setRunning();
    setJob(jobOfQuery(0, "SUCCEEDED", 3));
    setQuery(query(3, "RUNNING", "[ ]", "[ 0 ]"));
    assertThat(sql()).isPresent();
    assertThat(sql()).as("no task since").isPresent();
    assertThat(application().progress().orElseThrow().isWorking()).isTrue();

    setQuery(query(3, "COMPLETED", "[ ]", "[ 0 ]"));

    assertThat(sql()).isEmpty();
    assertThat(application().progress().orElseThrow().isWorking()).isFalse();
    assertThat(application().progress().flatMap(Progress::jobs).orElseThrow().description())
        .isEqualTo("SELECT 3");
  }

  @Test
  void reportsQueryBesideNewerJob() throws Exception {
    setRunning(jobOfQuery(0, "RUNNING", 3), job(1, "RUNNING", "description", "\"Another job\""));
    setQuery(query(3, "RUNNING", "[ 0 ]", "[ ]"));

    Progress progress = poll().orElseThrow();

    assertThat(progress.queries().sql().orElseThrow().id()).isEqualTo(3);
    assertThat(progress.jobs().orElseThrow().description()).isEqualTo("Another job");
  }

  @Test
  void keepsQueryWhileItsStateIsUnknown() throws Exception {
    setRunning(jobOfQuery(0, "RUNNING", 3));
    setQuery(query(3, "RUNNING", "[ 0 ]", "[ ]"));
    poll();
    makeUnavailable("/sql/3" + SQL_OPTIONS);

    assertThat(sql()).isPresent();
  }

  @Test
  void findsQueryInListBefore40() throws Exception {
    addDriver(addressOf(driver), "3.5.9");
    JsonObject[] ended =
        IntStream.range(0, 20)
            .mapToObj(id -> query(id, "COMPLETED", "[ ]", "[ ]"))
            .toArray(JsonObject[]::new);
    responses.put("/sql" + SQL_OPTIONS + "&offset=0&length=20", list(ended));
    String secondPage = "/sql" + SQL_OPTIONS + "&offset=20&length=20";
    responses.put(
        secondPage,
        list(query(20, "RUNNING", "[ 9 ]", "[ ]"), query(21, "RUNNING", "[ 0 ]", "[ ]")));
    setRunning(job(0, "RUNNING"));

    assertThat(sql().orElseThrow().id()).isEqualTo(21);
    newRequests();
    assertThat(sql().orElseThrow().id()).isEqualTo(21);
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", secondPage);
  }

  @Test
  void requestsNoQueriesOfDriverWithoutSql() throws Exception {
    addDriver(addressOf(driver), "3.5.9");
    setRunning(job(0, "RUNNING"));
    poll();
    assertThat(newRequests()).hasSize(3);

    poll();

    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\n", "<br/>", "<br/>\\n", " <br /> "})
  void reportsBatchOfStream(String separator) throws Exception {
    String ids =
        "id = 6cd3b7a7-ef04-48ef-a303-d5fcec6bc5ae"
            + separator
            + "runId = 6122a66b-a427-4e88-bc76-647f37c21bf0"
            + separator;
    setRunning(job(0, "RUNNING", "description", "\"orders" + separator + ids + "batch = 41\""));

    Progress progress = poll().orElseThrow();

    assertThat(progress.queries().stream())
        .contains(Progress.StreamingQuery.first(STREAM, "orders", 41, STARTED));
    assertThat(progress.jobs().orElseThrow().description()).isEqualTo("orders, batch 41");
    assertThat(progress.queries().sql()).isEmpty();

    setRunning(job(1, "RUNNING", "description", "\"" + ids + "batch = 42\""));
    assertThat(poll().orElseThrow().queries().stream().orElseThrow().name()).isEmpty();
  }

  @Test
  void reportsStreamBetweenItsBatches() throws Exception {
    String description =
        "\"orders\\nid = 6cd3b7a7-ef04-48ef-a303-d5fcec6bc5ae\\n"
            + "runId = 6122a66b-a427-4e88-bc76-647f37c21bf0\\nbatch = 41\"";
    setRunning(job(0, "RUNNING", "description", description));
    poll();
    setRunning();
    setJob(job(0, "SUCCEEDED", "description", description));
    poll();
    assertThat(poll().orElseThrow().queries().stream().orElseThrow().batch()).isEqualTo(41);

    setRunning(job(1, "RUNNING", "description", "\"Another job\""));
    Progress progress = poll().orElseThrow();

    assertThat(progress.queries().stream()).as("beside another job").isPresent();
    assertThat(progress.jobs().orElseThrow().description()).isEqualTo("Another job");

    now = STARTED.plus(Duration.ofMinutes(10));
    assertThat(poll().orElseThrow().queries().stream()).as("without batches").isEmpty();
  }

  @Test
  void reportsStreamBesideNewerJob() throws Exception {
    String description =
        "\"orders\\nid = 6cd3b7a7-ef04-48ef-a303-d5fcec6bc5ae\\n"
            + "runId = 6122a66b-a427-4e88-bc76-647f37c21bf0\\nbatch = 41\"";
    setRunning(
        job(0, "RUNNING", "description", description),
        job(1, "RUNNING", "description", "\"Another job\""));

    Progress progress = poll().orElseThrow();

    assertThat(progress.queries().stream().orElseThrow().batch()).isEqualTo(41);
    assertThat(progress.jobs().orElseThrow().description()).isEqualTo("Another job");
  }

  @Test
  void reportsSameStreamWhileStreamsTakeTurns() throws Exception {
    String orders = "\"orders\\nid = " + STREAM + "\\nrunId = " + STREAM + "\\nbatch = 41\"";
    String clicks = orders.replace(STREAM, STREAM.replace('6', '7')).replace("orders", "clicks");

    setRunning(job(0, "RUNNING", "description", orders));
    poll();
    setRunning(job(1, "RUNNING", "description", clicks));
    Progress progress = poll().orElseThrow();

    assertThat(progress.queries().stream().orElseThrow().name()).isEqualTo("orders");
    assertThat(progress.queries().streams())
        .extracting(Progress.StreamingQuery::name)
        .containsExactly("orders", "clicks");

    setRunning(job(2, "RUNNING", "description", clicks), job(3, "RUNNING", "description", orders));
    assertThat(poll().orElseThrow().queries().streams()).hasSize(2);
  }

  @Test
  void requestsNothingElseIfRunningJobsAreUnavailable() throws Exception {
    makeUnavailable(RUNNING);

    assertThat(poll()).isEmpty();

    assertThat(newRequests()).containsExactly(RUNNING);
  }

  @Test
  void reportsRunningJobsWithoutExecutors() throws Exception {
    setRunning(job(0, "RUNNING"));
    makeUnavailable("/executors");

    Progress progress = poll().orElseThrow();

    assertThat(progress.executors()).isEmpty();
    assertThat(progress.jobs().orElseThrow().job()).isZero();
  }

  @Test
  void keepsPreviousExecutorsIfUnavailable() throws Exception {
    setRunning(job(0, "RUNNING"));
    poll();
    assertThat(result().complete()).isTrue();
    makeUnavailable("/executors");

    ProgressPoll.Result result = result();

    assertThat(result.progress().orElseThrow().executors().map(Progress.Executors::cores))
        .contains(2);
    assertThat(result.complete()).isFalse();
  }

  @Test
  void readsLargeExecutorListInSlowLane() throws Exception {
    setRunning(job(0, "RUNNING"));
    responses.put("/executors", list(executor("driver", 2, 4)) + " ".repeat(3 * 1024 * 1024));

    assertThat(result(ProgressPoll.Limits.prompt()).progress().orElseThrow().executors()).isEmpty();
    assertThat(
            result(ProgressPoll.Limits.slow())
                .progress()
                .orElseThrow()
                .executors()
                .map(Progress.Executors::cores))
        .contains(2);
  }

  @Test
  void requestsLastJobUntilReported() throws Exception {
    setRunning(job(0, "RUNNING", "description", "\"the last\""));
    poll();
    setRunning();
    makeUnavailable("/jobs/0");

    JobProgress unknown = jobProgress();

    assertThat(unknown.running()).isZero();
    assertThat(unknown.status()).isEqualTo(JobProgress.Status.UNKNOWN);
    assertThat(unknown.description()).isEqualTo("the last");
    setJob(job(0, "SUCCEEDED"));
    assertThat(jobProgress().status()).isEqualTo(JobProgress.Status.SUCCEEDED);
  }

  @Test
  void reportsUnknownLastJob() throws Exception {
    makeUnavailable("/jobs/0");

    assertThat(jobProgress())
        .isEqualTo(new JobProgress(0, 0, JobProgress.Status.UNKNOWN, "", TaskCounts.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[7]",
        "[{\"jobId\":\"x\",\"totalCores\":\"x\"}]",
        "[{",
        "<html>starting</html>"
      })
  void ignoresMalformedResponses(String nonsense) throws Exception {
    responses.put(RUNNING, nonsense);
    assertThat(poll()).isEmpty();

    setRunning(job(0, "RUNNING"));
    responses.put("/executors", nonsense);
    assertThat(poll().orElseThrow().executors()).isEmpty();

    setRunning();
    responses.put("/jobs/0", nonsense);
    assertThat(jobProgress().status()).isEqualTo(JobProgress.Status.UNKNOWN);
  }

  @Test
  void readsHundredsOfRunningJobsUpToSizeLimit() throws Exception {
    setRunning(IntStream.range(0, 200).mapToObj(i -> job(i, "RUNNING")).toArray(JsonObject[]::new));
    assertThat(jobProgress().running()).isEqualTo(200);

    responses.put(RUNNING, "[" + " ".repeat(256 * 1024) + "]");

    assertThat(poll()).isEmpty();
  }

  @Test
  void readsThousandExecutors() throws Exception {
    responses.put(
        "/executors",
        list(
            IntStream.range(0, 1_000)
                .mapToObj(i -> executor("" + i, 4, 1))
                .toArray(JsonObject[]::new)));
    Progress.Executors executors = poll().orElseThrow().executors().orElseThrow();
    assertThat(executors.count()).isEqualTo(1_000);
    assertThat(executors.cores()).isEqualTo(4_000);
    assertThat(executors.tasks()).isEqualTo(1_000);
  }

  @Test
  void returnsNothingIfConnectionIsRefused() throws Exception {
    try (FakeDriver refusing = FakeDriver.refusing()) {
      addDriver(addressOf(refusing));

      assertThat(poll()).isEmpty();
    }
  }

  @Test
  void returnsNothingAfterTimeout() throws Exception {
    drivers = new DriverApi(client.client(), "test", Duration.ofMillis(200));
    try (FakeDriver unresponsive = FakeDriver.refusing()) {
      unresponsive.respondToAll(Script.silence());
      addDriver(addressOf(unresponsive));

      assertThat(poll()).isEmpty();
      assertThat(unresponsive.received()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 401, 302, 500})
  void returnsNothingForErrorStatus(int status) throws Exception {
    try (FakeDriver other = FakeDriver.refusing()) {
      other.respondToAll(
          Response.of(status, list(job(0, "RUNNING")), "Content-Type", "application/json"));
      addDriver(addressOf(other));

      assertThat(poll()).isEmpty();
    }
  }
}
