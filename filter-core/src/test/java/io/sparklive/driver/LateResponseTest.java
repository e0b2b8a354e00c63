package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.testkit.driver.RunningApplication.LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No request is cut off while a driver responds to it: the driver would log an error. */
class LateResponseTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final String BELOW = LIST + "/app-1";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final FakeDriver driver = new FakeDriver(ID.value());
  private final DriverAddress address = addressOf(driver);
  private final List<String> cut = new CopyOnWriteArrayList<>();
  private final List<String> whole = new CopyOnWriteArrayList<>();
  private AskingClient client;
  private DriverApi drivers;

  @BeforeEach
  void start() throws Exception {
    client = new AskingClient(4);
    drivers = drivers(Duration.ofMillis(200), PATIENCE);
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private DriverApi drivers(Duration timeout, Duration patience) {
    return new DriverApi(client.client(), "test", timeout, patience);
  }

  /** Responds after so long, unless the connection is cut meanwhile. */
  private void respondAfter(Duration time, String path, Response response) {
    driver.respond(
        path,
        connection -> {
          if (connection.awaitClose(time)) {
            cut.add(path);
          } else {
            connection.respond(response);
            whole.add(path);
          }
        });
  }

  private static <T> T get(CompletableFuture<T> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  /** What the filter sends on its own account. */
  enum Question {
    APPLICATIONS(LIST),
    ENVIRONMENT(BELOW + "/environment"),
    JOBS(BELOW + "/jobs"),
    EXECUTORS(BELOW + "/executors");

    private final String path;

    Question(String path) {
      this.path = path;
    }

    private CompletableFuture<Boolean> isAnswered(DriverApi drivers, DriverAddress address) {
      return switch (this) {
        case APPLICATIONS ->
            drivers.whatRunsAt(address).thenApply(reply -> reply instanceof ProbeResult.Running);
        case ENVIRONMENT -> drivers.settingsOf(ID, address).thenApply(Optional::isPresent);
        case JOBS, EXECUTORS ->
            drivers
                .tell(ID, address, path.substring(BELOW.length()), 1000)
                .thenApply(Optional::isPresent);
      };
    }
  }

  static Stream<Question> questions() {
    return Stream.of(Question.values());
  }

  private Response responseTo(Question question) {
    RunningApplication application = driver.application();
    return Response.json(
        switch (question) {
          case APPLICATIONS -> application.list();
          case ENVIRONMENT -> application.environment();
          case JOBS, EXECUTORS -> "[ ]";
        });
  }

  @ParameterizedTest
  @MethodSource("questions")
  void receivesAndDropsLateResponse(Question question) throws Exception {
    respondAfter(Duration.ofSeconds(1), question.path, responseTo(question));

    assertThat(get(question.isAnswered(drivers, address))).isFalse();

    await().until(() -> !whole.isEmpty() || !cut.isEmpty());
    assertThat(cut).isEmpty();
    driver.respond(question.path, responseTo(question));
    assertThat(get(question.isAnswered(drivers, address))).isTrue();
  }

  /** As a starved driver needs it. */
  @ParameterizedTest
  @EnumSource(names = {"ENVIRONMENT", "JOBS"})
  void waitsUntilTimeoutForAnyResponse(Question question) throws Exception {
    respondAfter(Duration.ofMillis(5500), question.path, responseTo(question));

    assertThat(get(question.isAnswered(drivers(Duration.ofSeconds(15), PATIENCE), address)))
        .isTrue();
    assertThat(cut).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void keepsOneRequestOfEachKindInProgress(Question question) throws Exception {
    respondAfter(Duration.ofSeconds(1), question.path, responseTo(question));
    for (int i = 0; i < 3; i++) {
      assertThat(get(question.isAnswered(drivers, address))).isFalse();
    }
    assertThat(driver.received()).isEqualTo(1);

    Supplier<CompletableFuture<Boolean>> patient =
        () -> question.isAnswered(drivers(Duration.ofSeconds(10), PATIENCE), address);
    assertThat(get(patient.get())).isTrue();
    await().until(() -> whole.size() == 2);
    assertThat(cut).isEmpty();
  }

  @Test
  void sharesResponseAmongAllCallers() throws Exception {
    respondAfter(Duration.ofMillis(500), LIST, responseTo(Question.APPLICATIONS));
    DriverApi patient = drivers(Duration.ofSeconds(10), PATIENCE);

    List<CompletableFuture<ProbeResult>> replies =
        IntStream.range(0, 5).mapToObj(i -> patient.whatRunsAt(address)).toList();

    for (CompletableFuture<ProbeResult> reply : replies) {
      assertThat(get(reply)).isInstanceOf(ProbeResult.Running.class);
    }
    assertThat(driver.received()).isEqualTo(1);
  }

  private void write(DriverConnection connection, int bytes) throws IOException {
    try {
      connection.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
              + "Content-Length: "
              + bytes
              + "\r\n\r\n");
      for (int i = 0; i < bytes; i += 1000) {
        connection.write(" ".repeat(Math.min(1000, bytes - i)));
      }
      whole.add("body");
    } catch (IOException e) {
      cut.add("body");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {70_000, 1_000_000})
  void receivesAndDropsOversizedBody(int bytes) throws Exception {
    driver.respond(LIST, connection -> write(connection, bytes));

    assertThat(get(drivers.whatRunsAt(address))).isEqualTo(new ProbeResult.NotADriver());

    await().until(() -> !whole.isEmpty() || !cut.isEmpty());
    assertThat(cut).isEmpty();
  }

  @Test
  void receivesAndDropsOversizedSettings() throws Exception {
    driver.respond(Question.ENVIRONMENT.path, connection -> write(connection, 6_000_000));

    assertThat(get(drivers(Duration.ofSeconds(10), PATIENCE).settingsOf(ID, address))).isEmpty();

    await().until(() -> !whole.isEmpty() || !cut.isEmpty());
    assertThat(cut).isEmpty();
  }

  @Test
  void abortsBodyWithoutAnyLimit() throws Exception {
    driver.respond(LIST, connection -> write(connection, 100_000_000));

    assertThat(get(drivers.whatRunsAt(address))).isEqualTo(new ProbeResult.NotADriver());

    await().until(() -> !cut.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("questions")
  void closesConnectionAfterGracePeriod(Question question) throws Exception {
    respondAfter(Duration.ofSeconds(20), question.path, responseTo(question));
    DriverApi impatient = drivers(Duration.ofMillis(100), Duration.ofMillis(400));

    assertThat(get(question.isAnswered(impatient, address))).isFalse();

    await().until(() -> !cut.isEmpty());
    driver.respond(question.path, responseTo(question));
    await().until(() -> get(question.isAnswered(impatient, address)));
  }

  private Connection connect() throws Exception {
    Request request = client.client().newRequest(address.uri());
    Promise.Completable<Connection> connection = new Promise.Completable<>();
    client.client().resolveDestination(request).newConnection(connection);
    return get(connection);
  }

  @Test
  void closesConnectionAfterLateResponse() throws Exception {
    List<Boolean> closed = new CopyOnWriteArrayList<>();
    driver.respond(
        LIST,
        connection -> {
          closed.add(connection.awaitClose(Duration.ofSeconds(1)));
          connection.respond(responseTo(Question.APPLICATIONS));
          closed.add(connection.awaitClose(Duration.ofSeconds(10)));
        });
    Connection connection = connect();

    CompletableFuture<ProbeResult> reply =
        drivers.whatRunsBehind(address, connection, client.client().newRequest(address.uri()));

    assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
    assertThat(connection.isClosed()).isFalse();
    await().until(() -> closed.size() == 2);
    assertThat(closed).containsExactly(false, true);
  }

  /** What a driver that hangs collects. */
  @Test
  void closesFurtherConnectionsWhileFourAwaitLateResponse() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    driver.respond(
        LIST,
        connection -> {
          awaitQuietly(hangs);
          connection.respond(responseTo(Question.APPLICATIONS));
        });
    List<Connection> late = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      late.add(connect());
      CompletableFuture<ProbeResult> reply = behind(late.get(i));
      assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
    }
    assertThat(late).noneMatch(Connection::isClosed);

    for (int i = 0; i < 3; i++) {
      Connection further = connect();
      CompletableFuture<ProbeResult> reply = behind(further);
      assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
      assertThat(further.isClosed()).isTrue();
    }
    assertThat(driver.received()).isEqualTo(4);

    hangs.countDown();
    await().until(() -> late.stream().allMatch(Connection::isClosed));
    await().ignoreExceptions().until(() -> get(behind(connect())) instanceof ProbeResult.Running);
  }

  /** A page opens several at once. */
  @Test
  void checksManyConnectionsIfDriverRespondsInTime() throws Exception {
    respondAfter(Duration.ofMillis(100), LIST, responseTo(Question.APPLICATIONS));
    DriverApi patient = drivers(Duration.ofSeconds(10), PATIENCE);
    List<CompletableFuture<ProbeResult>> replies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      replies.add(
          patient.whatRunsBehind(address, connect(), client.client().newRequest(address.uri())));
    }

    for (CompletableFuture<ProbeResult> reply : replies) {
      assertThat(get(reply)).isInstanceOf(ProbeResult.Running.class);
    }
  }

  private CompletableFuture<ProbeResult> behind(Connection connection) {
    return drivers.whatRunsBehind(address, connection, client.client().newRequest(address.uri()));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The others may still be answered. */
  @Test
  void abortsOldestOfTooManyPendingRequests() throws Exception {
    DriverRequests few = new DriverRequests(client.client(), "test", PATIENCE, 3);
    List<String> paths = List.of("/1", "/2", "/3", "/4", "/5");
    for (String path : paths) {
      respondAfter(Duration.ofSeconds(2), path, Response.json("[ ]"));
    }
    List<CompletableFuture<DriverRequests.Received>> responses = new ArrayList<>();
    for (String path : paths) {
      responses.add(few.get(address, path, 1000));
      await().until(() -> driver.received() == responses.size());
    }

    for (CompletableFuture<DriverRequests.Received> cutOff : responses.subList(0, 2)) {
      assertThatThrownBy(() -> get(cutOff)).hasRootCauseInstanceOf(TimeoutException.class);
    }
    for (CompletableFuture<DriverRequests.Received> response : responses.subList(2, 5)) {
      assertThat(get(response).status()).isEqualTo(200);
    }
    await().until(() -> cut.size() == 2);
    assertThat(cut).containsExactlyInAnyOrder("/1", "/2");
    assertThat(get(few.get(address, "/5", 1000)).status()).isEqualTo(200);
  }

  @Test
  void keepsConnectionOpenIfDriverRespondsInTime() throws Exception {
    respondAfter(Duration.ofMillis(50), LIST, responseTo(Question.APPLICATIONS));
    Connection connection = connect();

    assertThat(
            get(
                drivers(Duration.ofSeconds(10), PATIENCE)
                    .whatRunsBehind(
                        address, connection, client.client().newRequest(address.uri()))))
        .isInstanceOf(ProbeResult.Running.class);

    assertThat(connection.isClosed()).isFalse();
  }
}
