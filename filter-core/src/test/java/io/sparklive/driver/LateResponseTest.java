// SPDX-License-Identifier: Apache-2.0
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

/** No request is aborted while a driver responds to it: the driver would log an error. */
class LateResponseTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final String APPLICATION = LIST + "/app-1";
  private static final Duration MAX_RESPONSE_TIME = Duration.ofMinutes(1);

  private final FakeDriver driver = new FakeDriver(ID.value());
  private final DriverAddress address = addressOf(driver);
  private final List<String> aborted = new CopyOnWriteArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private DriverHttpClient client;
  private DriverApi drivers;

  @BeforeEach
  void start() throws Exception {
    client = new DriverHttpClient(4);
    drivers = drivers(Duration.ofMillis(200), MAX_RESPONSE_TIME);
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private DriverApi drivers(Duration timeout, Duration maxResponseTime) {
    return new DriverApi(client.client(), "test", timeout, maxResponseTime);
  }

  private DriverApi longTimeout() {
    return drivers(Duration.ofSeconds(10), MAX_RESPONSE_TIME);
  }

  /** Responds after this time, unless the client closes the connection meanwhile. */
  private void respondAfter(Duration time, String path, Response response) {
    driver.respond(
        path,
        connection -> {
          if (connection.awaitClose(time)) {
            aborted.add(path);
          } else {
            connection.respond(response);
            received.add(path);
          }
        });
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  /** The requests that the filter sends itself. */
  enum Resource {
    APPLICATIONS(LIST),
    ENVIRONMENT(APPLICATION + "/environment"),
    JOBS(APPLICATION + "/jobs"),
    EXECUTORS(APPLICATION + "/executors");

    private final String path;

    Resource(String path) {
      this.path = path;
    }

    private CompletableFuture<Boolean> request(DriverApi drivers, DriverAddress address) {
      return switch (this) {
        case APPLICATIONS ->
            drivers.probe(address).thenApply(reply -> reply instanceof ProbeResult.Running);
        case ENVIRONMENT -> drivers.settings(ID, address).thenApply(Optional::isPresent);
        case JOBS, EXECUTORS ->
            drivers
                .get(ID, address, path.substring(APPLICATION.length()), 1000)
                .thenApply(resource -> resource.body().isPresent());
      };
    }
  }

  static Stream<Resource> resources() {
    return Stream.of(Resource.values());
  }

  private Response responseTo(Resource resource) {
    RunningApplication application = driver.application();
    return Response.json(
        switch (resource) {
          case APPLICATIONS -> application.list();
          case ENVIRONMENT -> application.environment();
          case JOBS, EXECUTORS -> "[ ]";
        });
  }

  @ParameterizedTest
  @MethodSource("resources")
  void receivesAndDropsLateResponse(Resource resource) throws Exception {
    respondAfter(Duration.ofSeconds(1), resource.path, responseTo(resource));

    assertThat(get(resource.request(drivers, address))).isFalse();

    await().until(() -> !received.isEmpty() || !aborted.isEmpty());
    assertThat(aborted).isEmpty();
    driver.respond(resource.path, responseTo(resource));
    assertThat(get(resource.request(drivers, address))).isTrue();
  }

  /** A driver without CPU time takes this long. */
  @ParameterizedTest
  @EnumSource(names = {"ENVIRONMENT", "JOBS"})
  void waitsUntilTimeoutForAnyResponse(Resource resource) throws Exception {
    respondAfter(Duration.ofMillis(5500), resource.path, responseTo(resource));

    assertThat(get(resource.request(drivers(Duration.ofSeconds(15), MAX_RESPONSE_TIME), address)))
        .isTrue();
    assertThat(aborted).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("resources")
  void keepsOneRequestOfEachKindInProgress(Resource resource) throws Exception {
    respondAfter(Duration.ofSeconds(1), resource.path, responseTo(resource));
    for (int i = 0; i < 3; i++) {
      assertThat(get(resource.request(drivers, address))).isFalse();
    }
    assertThat(driver.received()).as("aborted %s, received %s", aborted, received).isEqualTo(1);

    assertThat(get(resource.request(longTimeout(), address))).isTrue();
    await().until(() -> received.size() == 2);
    assertThat(aborted).isEmpty();
  }

  @Test
  void sharesResponseAmongAllCallers() throws Exception {
    respondAfter(Duration.ofMillis(500), LIST, responseTo(Resource.APPLICATIONS));
    DriverApi longTimeout = longTimeout();

    List<CompletableFuture<ProbeResult>> replies =
        IntStream.range(0, 5).mapToObj(i -> longTimeout.probe(address)).toList();

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
      received.add("body");
    } catch (IOException e) {
      aborted.add("body");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {70_000, 1_000_000})
  void receivesAndDropsOversizedBody(int bytes) throws Exception {
    driver.respond(LIST, connection -> write(connection, bytes));

    assertThat(get(longTimeout().probe(address))).isEqualTo(new ProbeResult.NotADriver());

    await().until(() -> !received.isEmpty() || !aborted.isEmpty());
    assertThat(aborted).isEmpty();
  }

  @Test
  void receivesAndDropsOversizedSettings() throws Exception {
    driver.respond(Resource.ENVIRONMENT.path, connection -> write(connection, 6_000_000));

    assertThat(get(longTimeout().settings(ID, address))).isEmpty();

    await().until(() -> !received.isEmpty() || !aborted.isEmpty());
    assertThat(aborted).isEmpty();
  }

  @Test
  void abortsBodyWithoutAnyLimit() throws Exception {
    driver.respond(LIST, connection -> write(connection, 100_000_000));

    assertThat(get(longTimeout().probe(address))).isEqualTo(new ProbeResult.NotADriver());

    await().until(() -> !aborted.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("resources")
  void closesConnectionAfterGracePeriod(Resource resource) throws Exception {
    respondAfter(Duration.ofSeconds(20), resource.path, responseTo(resource));
    DriverApi shortTimeout = drivers(Duration.ofMillis(100), Duration.ofMillis(400));

    assertThat(get(resource.request(shortTimeout, address))).isFalse();

    await().until(() -> !aborted.isEmpty());
    driver.respond(resource.path, responseTo(resource));
    await().until(() -> get(resource.request(shortTimeout, address)));
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
          connection.respond(responseTo(Resource.APPLICATIONS));
          closed.add(connection.awaitClose(Duration.ofSeconds(10)));
        });
    Connection connection = connect();

    CompletableFuture<ProbeResult> reply =
        drivers.probe(address, connection, client.client().newRequest(address.uri()));

    assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
    assertThat(connection.isClosed()).isFalse();
    await().until(() -> closed.size() == 2);
    assertThat(closed).containsExactly(false, true);
  }

  /** The connections to a driver that hangs must not accumulate. */
  @Test
  void closesFurtherConnectionsWhileFourAwaitLateResponse() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    driver.respond(
        LIST,
        connection -> {
          awaitQuietly(hangs);
          connection.respond(responseTo(Resource.APPLICATIONS));
        });
    List<Connection> late = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      late.add(connect());
      CompletableFuture<ProbeResult> reply = probe(late.get(i));
      assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
    }
    assertThat(late).noneMatch(Connection::isClosed);

    for (int i = 0; i < 3; i++) {
      Connection further = connect();
      CompletableFuture<ProbeResult> reply = probe(further);
      assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
      assertThat(further.isClosed()).isTrue();
    }
    assertThat(driver.received()).isEqualTo(4);

    hangs.countDown();
    await().until(() -> late.stream().allMatch(Connection::isClosed));
    await().ignoreExceptions().until(() -> get(probe(connect())) instanceof ProbeResult.Running);
  }

  /** A page opens several connections at the same time. */
  @Test
  void checksManyConnectionsIfDriverRespondsInTime() throws Exception {
    respondAfter(Duration.ofMillis(100), LIST, responseTo(Resource.APPLICATIONS));
    DriverApi longTimeout = longTimeout();
    List<CompletableFuture<ProbeResult>> replies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      replies.add(longTimeout.probe(address, connect(), client.client().newRequest(address.uri())));
    }

    for (CompletableFuture<ProbeResult> reply : replies) {
      assertThat(get(reply)).isInstanceOf(ProbeResult.Running.class);
    }
  }

  private CompletableFuture<ProbeResult> probe(Connection connection) {
    return drivers.probe(address, connection, client.client().newRequest(address.uri()));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The driver may still respond to the others. */
  @Test
  void abortsOldestOfTooManyPendingRequests() throws Exception {
    DriverRequests few = new DriverRequests(client.client(), "test", MAX_RESPONSE_TIME, 3);
    List<String> paths = List.of("/1", "/2", "/3", "/4", "/5");
    for (String path : paths) {
      respondAfter(Duration.ofSeconds(2), path, Response.json("[ ]"));
    }
    List<CompletableFuture<DriverRequests.Received>> responses = new ArrayList<>();
    for (String path : paths) {
      responses.add(few.get(address, path, 1000));
      await().until(() -> driver.received() == responses.size());
    }

    for (CompletableFuture<DriverRequests.Received> abortedResponse : responses.subList(0, 2)) {
      assertThatThrownBy(() -> get(abortedResponse)).hasRootCauseInstanceOf(TimeoutException.class);
    }
    for (CompletableFuture<DriverRequests.Received> response : responses.subList(2, 5)) {
      assertThat(get(response).status()).isEqualTo(200);
    }
    await().until(() -> aborted.size() == 2);
    assertThat(aborted).containsExactlyInAnyOrder("/1", "/2");
    assertThat(get(few.get(address, "/5", 1000)).status()).isEqualTo(200);
  }

  @Test
  void keepsConnectionOpenIfDriverRespondsInTime() throws Exception {
    respondAfter(Duration.ofMillis(50), LIST, responseTo(Resource.APPLICATIONS));
    Connection connection = connect();

    assertThat(
            get(
                longTimeout()
                    .probe(address, connection, client.client().newRequest(address.uri()))))
        .isInstanceOf(ProbeResult.Running.class);

    assertThat(connection.isClosed()).isFalse();
  }
}
