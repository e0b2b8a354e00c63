// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ProcessResources;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Script;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that hang and clients that disconnect: their cost for the History Server. */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("load")
class HangingDriversIT {
  private static final int CONNECTIONS = 4;

  /** Discovery has connections of its own. */
  private static final int DISCOVERY_CONNECTIONS = 2;

  /** More clients than may wait for one driver: the last get an error at once. */
  private static final int CLIENTS = 300;

  private static final String ENDLESS = "/jobs/endless/";
  private static final String TRICKLE = "/jobs/trickle/";
  private static final String SILENT = "/jobs/silent/";

  /** The number of endless responses in progress. */
  private static final AtomicInteger SENDING = new AtomicInteger();

  private static final int LAST = Integer.MAX_VALUE;

  @TempDir private static Path eventLogs;
  private static FakeDriver driver;
  private static FakeDriver bystander;
  private static FaultInjectingRelay relay;
  private static FaultInjectingRelay bystandersRelay;
  private static HistoryServerProcess server;
  private static ListPoller poller;
  private static String past;
  private static ProcessResources before;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void startServer(SparkVersion version) {
    driver = new FakeDriver("app-unruly");
    driver.respond(ENDLESS, connection -> sendWithoutEnd(connection, 64 * 1024, Duration.ZERO));
    driver.respond(TRICKLE, connection -> sendWithoutEnd(connection, 1, Duration.ofMillis(200)));
    driver.respond(SILENT, Script.silence());
    bystander = new FakeDriver("app-bystander");
    relay = FaultInjectingRelay.to(driver.port());
    bystandersRelay = FaultInjectingRelay.to(bystander.port());
    past = new EventLogs(eventLogs).copyOfReal(version);
    server =
        ShortTimeoutHistoryServer.historyServer(
                version, eventLogs, relay.address() + "," + bystandersRelay.address())
            .property(parameter("maxConnectionsPerDriver"), Integer.toString(CONNECTIONS))
            .start();
    awaitState(server, past, ListedState.COMPLETED);
    awaitState(server, driver.application().id(), ListedState.RUNNING);
    awaitState(server, bystander.application().id(), ListedState.RUNNING);
    poller = new ListPoller(server.uri(), "/history/" + past + "/jobs/");
    poller.expect(past, ListedState.COMPLETED);
    poller.expect(driver.application().id(), ListedState.RUNNING);
    poller.expect(bystander.application().id(), ListedState.RUNNING);
    assertHistoryServerResponds();
    assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200);
    before = ProcessResources.ofJvm(server.pid());
  }

  @AfterEach
  void assertNoFailuresOfPoller() {
    poller.assertNoFailures();
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    poller.close();
    server.close();
    relay.close();
    bystandersRelay.close();
    driver.close();
    bystander.close();
  }

  @Test
  void doNotAffectOtherPagesAndDrivers() throws IOException {
    long usualThreads = ProcessResources.of(server.pid()).threads();
    relay.mostOpenConnections();
    List<SocketClient> clients = clients(CLIENTS);
    clients.forEach(client -> client.request(page(driver, SILENT)));

    assertHistoryServerResponds();
    assertThat(server.get(page(bystander, "/jobs/")).statusCode()).isEqualTo(200);
    long threads = ProcessResources.of(server.pid()).threads();
    assertThat(clients).extracting(SocketClient::status).containsOnly(503, 504);
    assertThat(relay.mostOpenConnections()).isLessThan(4 * CONNECTIONS);
    assertThat(threads).isLessThan(usualThreads + CLIENTS / 2);
    clients.forEach(SocketClient::close);
    await()
        .untilAsserted(
            () -> assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {ENDLESS, TRICKLE})
  void releaseConnectionsIfClientDisconnectsMidResponse(String path) {
    for (boolean politely : new boolean[] {true, false}) {
      List<SocketClient> clients = clients(CONNECTIONS);
      clients.forEach(client -> client.request(page(driver, path)));
      assertThat(clients).extracting(SocketClient::status).containsOnly(200);
      assertThat(SENDING.get()).isEqualTo(CONNECTIONS);

      clients.forEach(politely ? SocketClient::close : SocketClient::reset);

      await().untilAsserted(() -> assertThat(SENDING.get()).isZero());
      assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void releaseConnectionsIfClientDisconnectsBeforeResponse() {
    long already = keptWaiting();
    List<SocketClient> clients = clients(CONNECTIONS);
    clients.forEach(client -> client.request(page(driver, SILENT)));
    await().untilAsserted(() -> assertThat(keptWaiting()).isEqualTo(already + CONNECTIONS));

    clients.forEach(SocketClient::reset);

    await()
        .untilAsserted(
            () ->
                assertThat(ProcessResources.of(server.pid()).connectionsTo(relay.port()))
                    .isLessThanOrEqualTo(DISCOVERY_CONNECTIONS));
    assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(LAST)
  void leaveNoResourcesBehind() {
    Duration idle = Duration.ofSeconds(30);
    await()
        .atMost(idle.multipliedBy(2))
        .untilAsserted(
            () ->
                assertThat(ProcessResources.of(server.pid()).connectionsTo(relay.port()))
                    .isLessThanOrEqualTo(DISCOVERY_CONNECTIONS));
    poller.expect(driver.application().id(), ListedState.RUNNING, ListedState.COMPLETED);
    relay.refuseConnections();
    awaitState(server, driver.application().id(), ListedState.COMPLETED);
    poller.expect(driver.application().id(), ListedState.COMPLETED);
    ProcessResources.awaitNothingLeft(server.pid(), before, relay.port());
  }

  private static void sendWithoutEnd(DriverConnection connection, int atOnce, Duration pause)
      throws IOException {
    SENDING.incrementAndGet();
    try {
      connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
      connection.write("Transfer-Encoding: chunked\r\n\r\n");
      while (pause.isZero() || !connection.awaitClose(pause)) {
        connection.write(Integer.toHexString(atOnce) + "\r\n" + "x".repeat(atOnce) + "\r\n");
      }
    } finally {
      SENDING.decrementAndGet();
    }
  }

  /** The number of requests without a response at the driver. */
  private static long keptWaiting() {
    return driver.requests().stream().filter(request -> request.target().equals(SILENT)).count();
  }

  private static List<SocketClient> clients(int count) {
    return IntStream.range(0, count).mapToObj(any -> SocketClient.at(server.port())).toList();
  }

  private static String page(FakeDriver driver, String path) {
    return "/sparkui/" + driver.application().id() + path;
  }

  private static void assertHistoryServerResponds() {
    for (String path : List.of("/", "/api/v1/applications", "/history/" + past + "/jobs/")) {
      // The first request for a history loads it, and is redirected to the same address.
      assertThat(server.get(path).statusCode()).as(path).isLessThan(400);
    }
  }
}
