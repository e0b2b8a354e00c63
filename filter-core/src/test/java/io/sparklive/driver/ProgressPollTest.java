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
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private FakeDriver driver;
  private AskingClient client;
  private DriverApi drivers;
  private int known;

  @BeforeEach
  void start() throws Exception {
    driver = new FakeDriver(A.value());
    client = new AskingClient(4);
    drivers = new DriverApi(client.client(), "test", Duration.ofSeconds(10));
    for (String path : List.of("/jobs", "/executors")) {
      driver.respond("/api/v1/applications/" + A + path, this::answer);
    }
    answers.put(RUNNING, "[ ]");
    answers.put("/jobs", "[ ]");
    answers.put("/executors", new String(whole("executors", "4.2.0"), UTF_8));
    isAt(addressOf(driver));
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private void answer(DriverConnection connection) throws IOException {
    Optional<String> answer =
        Optional.ofNullable(answers.get(below(connection.request().target())));
    connection.respond(Response.of(answer.isPresent() ? 200 : 503, answer.orElse("")));
  }

  private static String below(String target) {
    return target.substring(("/api/v1/applications/" + A).length());
  }

  private void isAt(DriverAddress address) {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, true, info("app-a"), Optional.of(address), Optional.empty()));
  }

  private LiveApplication application() {
    return registry.find(A).orElseThrow();
  }

  /** One round, after which the registry knows what was told. */
  private Optional<Progress> ask() throws Exception {
    Optional<Progress> told = told().progress();
    told.ifPresent(
        progress ->
            registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, STARTED, progress)));
    return told;
  }

  private ProgressPoll.Told told() throws Exception {
    return told(PollBulkhead.prompt());
  }

  private ProgressPoll.Told told(PollBulkhead lane) throws Exception {
    return new ProgressPoll(drivers, lane, () -> STARTED, application()).ask().get(20, SECONDS);
  }

  private JobProgress work() throws Exception {
    return ask().flatMap(Progress::jobs).orElseThrow();
  }

  /** What it was asked for since this was last wanted to know. */
  private List<String> asked() {
    List<String> all = driver.requests().stream().map(a -> below(a.target())).toList();
    List<String> since = all.subList(known, all.size());
    known = all.size();
    return since;
  }

  private void answer(String below, JsonObject... entries) {
    answers.put(below, list(entries));
  }

  @Test
  void requestsOnlyRunningJobsAndExecutorsWhileJobRuns() throws Exception {
    answer(RUNNING, job(7, "RUNNING", "numTasks", "10"));

    assertThat(ask())
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
    assertThat(asked()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void reportsNoJobBeforeFirstJob() throws Exception {
    assertThat(ask()).contains(new Progress(STARTED, Optional.of(TWO_CORES), Optional.empty()));
    assertThat(asked()).containsExactly(RUNNING, "/executors", "/jobs");

    ask();

    assertThat(asked()).containsExactly(RUNNING, "/executors");
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED, SUCCEEDED", "FAILED, FAILED"})
  void requestsLastJobOnceAfterJobEnds(String status, JobProgress.Status ended) throws Exception {
    answer(RUNNING, job(7, "RUNNING"));
    ask();
    assertThat(asked()).hasSize(2);
    answer(RUNNING);
    answer("/jobs", job(7, status, "numFailedTasks", "3"), job(6, "SUCCEEDED"));

    assertThat(work().status()).isEqualTo(ended);
    assertThat(asked()).containsExactly(RUNNING, "/executors", "/jobs");

    JobProgress still = work();
    assertThat(still.job()).isEqualTo(7);
    assertThat(still.tasks().failed()).isEqualTo(3);
    assertThat(asked()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsLastJobAgainIfMoreTasksHaveRun() throws Exception {
    answer("/jobs", job(7, "SUCCEEDED"));
    ask();
    ask();
    assertThat(asked()).containsExactly(RUNNING, "/executors", "/jobs", RUNNING, "/executors");
    // A job came and went between two rounds.
    answer("/executors", executor("driver", 2, 5));
    answer("/jobs", job(8, "FAILED"), job(7, "SUCCEEDED"));

    assertThat(work().job()).isEqualTo(8);
    assertThat(asked()).containsExactly(RUNNING, "/executors", "/jobs");
  }

  @Test
  void requestsLastJobUntilItsTasksEnd() throws Exception {
    answer("/jobs", job(7, "FAILED", "numActiveTasks", "2"));
    assertThat(work().tasks().active()).isEqualTo(2);
    answer("/jobs", job(7, "FAILED", "numKilledTasks", "2"));

    JobProgress over = work();

    assertThat(over.tasks().active()).isZero();
    assertThat(over.tasks().killed()).isEqualTo(2);
    asked();
    ask();
    assertThat(asked()).containsExactly(RUNNING, "/executors");
  }

  @Test
  void requestsNothingElseIfRunningJobsAreUnavailable() throws Exception {
    answers.remove(RUNNING);

    assertThat(ask()).isEmpty();

    assertThat(asked()).containsExactly(RUNNING);
  }

  @Test
  void reportsRunningJobsWithoutExecutors() throws Exception {
    answer(RUNNING, job(7, "RUNNING"));
    answers.remove("/executors");

    Progress progress = ask().orElseThrow();

    assertThat(progress.executors()).isEmpty();
    assertThat(progress.jobs().orElseThrow().job()).isEqualTo(7);
  }

  @Test
  void keepsPreviousExecutorsIfUnavailable() throws Exception {
    answer(RUNNING, job(7, "RUNNING"));
    ask();
    assertThat(told().whole()).isTrue();
    answers.remove("/executors");

    ProgressPoll.Told told = told();

    assertThat(told.progress().orElseThrow().executors()).contains(TWO_CORES);
    assertThat(told.whole()).isFalse();
  }

  @Test
  void readsLargeExecutorListInSlowLane() throws Exception {
    answer(RUNNING, job(7, "RUNNING"));
    answers.put("/executors", list(executor("driver", 2, 4)) + " ".repeat(3 * 1024 * 1024));

    assertThat(told(PollBulkhead.prompt()).progress().orElseThrow().executors()).isEmpty();
    assertThat(told(PollBulkhead.slow()).progress().orElseThrow().executors()).contains(TWO_CORES);
  }

  @Test
  void requestsLastJobUntilReported() throws Exception {
    answer(RUNNING, job(7, "RUNNING", "description", "\"the last\""));
    ask();
    answer(RUNNING);
    answers.remove("/jobs");

    JobProgress unknown = work();

    assertThat(unknown.running()).isZero();
    assertThat(unknown.status()).isEqualTo(JobProgress.Status.UNKNOWN);
    assertThat(unknown.description()).isEqualTo("the last");
    answer("/jobs", job(7, "SUCCEEDED"));
    assertThat(work().status()).isEqualTo(JobProgress.Status.SUCCEEDED);
  }

  @Test
  void reportsUnknownLastJob() throws Exception {
    answers.remove("/jobs");

    assertThat(work())
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
    answers.put(RUNNING, nonsense);
    assertThat(ask()).isEmpty();

    answer(RUNNING, job(7, "RUNNING"));
    answers.put("/executors", nonsense);
    assertThat(ask().orElseThrow().executors()).isEmpty();

    answer(RUNNING);
    answers.put("/jobs", nonsense);
    assertThat(work().status()).isEqualTo(JobProgress.Status.UNKNOWN);
  }

  @Test
  void readsHundredsOfRunningJobsUpToSizeLimit() throws Exception {
    answer(
        RUNNING,
        IntStream.range(0, 200).mapToObj(i -> job(i, "RUNNING")).toArray(JsonObject[]::new));
    assertThat(work().running()).isEqualTo(200);

    answers.put(RUNNING, "[" + " ".repeat(256 * 1024) + "]");

    assertThat(ask()).isEmpty();
  }

  @Test
  void readsThousandJobsAndExecutors() throws Exception {
    answers.put(
        "/executors",
        list(
            IntStream.range(0, 1_000)
                .mapToObj(i -> executor("" + i, 4, 1))
                .toArray(JsonObject[]::new)));
    answers.put(
        "/jobs",
        list(
            IntStream.range(0, 1_000)
                .mapToObj(i -> job(i, "SUCCEEDED"))
                .toArray(JsonObject[]::new)));

    assertThat(work().job()).isEqualTo(999);
    assertThat(application().progress().orElseThrow().executors())
        .contains(new Progress.Executors(1_000, 4_000, 1_000));
  }

  @Test
  void returnsNothingIfConnectionIsRefused() throws Exception {
    try (FakeDriver refusing = FakeDriver.refusing()) {
      isAt(addressOf(refusing));

      assertThat(ask()).isEmpty();
    }
  }

  @Test
  void returnsNothingAfterTimeout() throws Exception {
    drivers = new DriverApi(client.client(), "test", Duration.ofMillis(200));
    try (FakeDriver silent = FakeDriver.refusing()) {
      silent.respondToAll(Script.silence());
      isAt(addressOf(silent));

      assertThat(ask()).isEmpty();
      assertThat(silent.received()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 401, 302, 500})
  void returnsNothingForErrorStatus(int status) throws Exception {
    try (FakeDriver other = FakeDriver.refusing()) {
      other.respondToAll(
          Response.of(status, list(job(7, "RUNNING")), "Content-Type", "application/json"));
      isAt(addressOf(other));

      assertThat(ask()).isEmpty();
    }
  }
}
