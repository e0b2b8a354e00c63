// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.driver.RecordedProgress.executor;
import static io.sparklive.driver.RecordedProgress.job;
import static io.sparklive.driver.RecordedProgress.list;
import static io.sparklive.driver.RecordedProgress.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final Progress.Executors TWO_CORES = new Progress.Executors(1, 2, 4);

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final Map<String, String> responses = new ConcurrentHashMap<>();
  private FakeDriver driver;
  private DriverHttpClient client;
  private DriverApi drivers;
  private int counted;

  @BeforeEach
  void start() throws Exception {
    driver = new FakeDriver(A.value());
    client = new DriverHttpClient(4);
    drivers = new DriverApi(client.client(), "test", Duration.ofSeconds(10));
    for (String path : List.of("/jobs", "/executors")) {
      driver.respond("/api/v1/applications/" + A + path, this::respond);
    }
    responses.put(RUNNING, "[ ]");
    responses.put("/jobs", "[ ]");
    responses.put("/executors", new String(whole("executors", "4.2.0"), UTF_8));
    addDriver(addressOf(driver));
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private void respond(DriverConnection connection) throws IOException {
    Optional<String> response =
        Optional.ofNullable(responses.get(path(connection.request().target())));
    connection.respond(Response.of(response.isPresent() ? 200 : 503, response.orElse("")));
  }

  private static String path(String target) {
    return target.substring(("/api/v1/applications/" + A).length());
  }

  private void addDriver(DriverAddress address) {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, true, info("app-a"), Optional.of(address), Optional.empty()));
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
    return new ProgressPoll(drivers, limits, () -> STARTED, application()).run().get(20, SECONDS);
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

  private void setResponse(String path, JsonObject... entries) {
    responses.put(path, list(entries));
  }

  @Test
  void requestsOnlyRunningJobsAndExecutorsWhileJobRuns() throws Exception {
    setResponse(RUNNING, job(7, "RUNNING", "numTasks", "10"));

    assertThat(poll())
        .contains(
            new Progress(
                STARTED,
                Optional.of(TWO_CORES),
                Optional.of(
                    new JobProgress(
                        1,
                        7,
                        JobProgress.Status.RUNNING,
                        "reduce at App.java:5",
                        new TaskCounts(10, 4, 0, 0, 0, 0)))));
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void reportsNoJobBeforeFirstJob() throws Exception {
    assertThat(poll()).contains(new Progress(STARTED, Optional.of(TWO_CORES), Optional.empty()));
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs");

    poll();

    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED, SUCCEEDED", "FAILED, FAILED"})
  void requestsLastJobOnceAfterJobEnds(String status, JobProgress.Status ended) throws Exception {
    setResponse(RUNNING, job(7, "RUNNING"));
    poll();
    assertThat(newRequests()).hasSize(2);
    setResponse(RUNNING);
    setResponse("/jobs", job(7, status, "numFailedTasks", "3"), job(6, "SUCCEEDED"));

    assertThat(jobProgress().status()).isEqualTo(ended);
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs");

    JobProgress still = jobProgress();
    assertThat(still.job()).isEqualTo(7);
    assertThat(still.tasks().failed()).isEqualTo(3);
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsLastJobAgainIfMoreTasksHaveRun() throws Exception {
    setResponse("/jobs", job(7, "SUCCEEDED"));
    poll();
    poll();
    assertThat(newRequests())
        .containsExactly(RUNNING, "/executors", "/jobs", RUNNING, "/executors");
    // A job started and ended between two polls.
    setResponse("/executors", executor("driver", 2, 5));
    setResponse("/jobs", job(8, "FAILED"), job(7, "SUCCEEDED"));

    assertThat(jobProgress().job()).isEqualTo(8);
    assertThat(newRequests()).containsExactly(RUNNING, "/executors", "/jobs");
  }

  @Test
  void requestsLastJobUntilItsTasksEnd() throws Exception {
    setResponse("/jobs", job(7, "FAILED", "numActiveTasks", "2"));
    assertThat(jobProgress().tasks().active()).isEqualTo(2);
    setResponse("/jobs", job(7, "FAILED", "numKilledTasks", "2"));

    JobProgress over = jobProgress();

    assertThat(over.tasks().active()).isZero();
    assertThat(over.tasks().killed()).isEqualTo(2);
    newRequests();
    poll();
    assertThat(newRequests()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsNothingElseIfRunningJobsAreUnavailable() throws Exception {
    responses.remove(RUNNING);

    assertThat(poll()).isEmpty();

    assertThat(newRequests()).containsExactly(RUNNING);
  }

  @Test
  void reportsRunningJobsWithoutExecutors() throws Exception {
    setResponse(RUNNING, job(7, "RUNNING"));
    responses.remove("/executors");

    Progress progress = poll().orElseThrow();

    assertThat(progress.executors()).isEmpty();
    assertThat(progress.jobs().orElseThrow().job()).isEqualTo(7);
  }

  @Test
  void keepsPreviousExecutorsIfUnavailable() throws Exception {
    setResponse(RUNNING, job(7, "RUNNING"));
    poll();
    assertThat(result().complete()).isTrue();
    responses.remove("/executors");

    ProgressPoll.Result result = result();

    assertThat(result.progress().orElseThrow().executors()).contains(TWO_CORES);
    assertThat(result.complete()).isFalse();
  }

  @Test
  void readsLargeExecutorListInSlowLane() throws Exception {
    setResponse(RUNNING, job(7, "RUNNING"));
    responses.put("/executors", list(executor("driver", 2, 4)) + " ".repeat(3 * 1024 * 1024));

    assertThat(result(ProgressPoll.Limits.prompt()).progress().orElseThrow().executors()).isEmpty();
    assertThat(result(ProgressPoll.Limits.slow()).progress().orElseThrow().executors())
        .contains(TWO_CORES);
  }

  @Test
  void requestsLastJobUntilReported() throws Exception {
    setResponse(RUNNING, job(7, "RUNNING", "description", "\"the last\""));
    poll();
    setResponse(RUNNING);
    responses.remove("/jobs");

    JobProgress unknown = jobProgress();

    assertThat(unknown.running()).isZero();
    assertThat(unknown.status()).isEqualTo(JobProgress.Status.UNKNOWN);
    assertThat(unknown.description()).isEqualTo("the last");
    setResponse("/jobs", job(7, "SUCCEEDED"));
    assertThat(jobProgress().status()).isEqualTo(JobProgress.Status.SUCCEEDED);
  }

  @Test
  void reportsUnknownLastJob() throws Exception {
    responses.remove("/jobs");

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

    setResponse(RUNNING, job(7, "RUNNING"));
    responses.put("/executors", nonsense);
    assertThat(poll().orElseThrow().executors()).isEmpty();

    setResponse(RUNNING);
    responses.put("/jobs", nonsense);
    assertThat(jobProgress().status()).isEqualTo(JobProgress.Status.UNKNOWN);
  }

  @Test
  void readsHundredsOfRunningJobsUpToSizeLimit() throws Exception {
    setResponse(
        RUNNING,
        IntStream.range(0, 200).mapToObj(i -> job(i, "RUNNING")).toArray(JsonObject[]::new));
    assertThat(jobProgress().running()).isEqualTo(200);

    responses.put(RUNNING, "[" + " ".repeat(256 * 1024) + "]");

    assertThat(poll()).isEmpty();
  }

  @Test
  void readsThousandJobsAndExecutors() throws Exception {
    responses.put(
        "/executors",
        list(
            IntStream.range(0, 1_000)
                .mapToObj(i -> executor("" + i, 4, 1))
                .toArray(JsonObject[]::new)));
    responses.put(
        "/jobs",
        list(
            IntStream.range(0, 1_000)
                .mapToObj(i -> job(i, "SUCCEEDED"))
                .toArray(JsonObject[]::new)));

    assertThat(jobProgress().job()).isEqualTo(999);
    assertThat(application().progress().orElseThrow().executors())
        .contains(new Progress.Executors(1_000, 4_000, 1_000));
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
    try (FakeDriver silent = FakeDriver.refusing()) {
      silent.respondToAll(Script.silence());
      addDriver(addressOf(silent));

      assertThat(poll()).isEmpty();
      assertThat(silent.received()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 401, 302, 500})
  void returnsNothingForErrorStatus(int status) throws Exception {
    try (FakeDriver other = FakeDriver.refusing()) {
      other.respondToAll(
          Response.of(status, list(job(7, "RUNNING")), "Content-Type", "application/json"));
      addDriver(addressOf(other));

      assertThat(poll()).isEmpty();
    }
  }
}
