// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitPlace;
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

/** Drivers that hang and browsers that go away: what they cost the History Server. */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("load")
class HangingDriversIT {
  private static final int CONNECTIONS = 4;

  /** Discovery has connections of its own. */
  private static final int ASKING = 2;

  /** More than may wait for one driver: the last get an error at once. */
  private static final int VISITORS = 300;

  private static final String ENDLESS = "/jobs/endless/";
  private static final String TRICKLE = "/jobs/trickle/";
  private static final String SILENT = "/jobs/silent/";

  /** Responses without end that are being sent. */
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
    awaitPlace(server, past, ListedState.COMPLETED);
    awaitPlace(server, driver.application().id(), ListedState.RUNNING);
    awaitPlace(server, bystander.application().id(), ListedState.RUNNING);
    poller = new ListPoller(server.uri(), "/history/" + past + "/jobs/");
    poller.expect(past, ListedState.COMPLETED);
    poller.expect(driver.application().id(), ListedState.RUNNING);
    poller.expect(bystander.application().id(), ListedState.RUNNING);
    assertOwnPagesAreAnswered();
    assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200);
    before = ProcessResources.ofJvm(server.pid());
  }

  @AfterEach
  void nothingWasMissed() {
    poller.assertAllWasWell();
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
    List<SocketClient> visitors = visitors(VISITORS);
    visitors.forEach(visitor -> visitor.ask(page(driver, SILENT)));

    assertOwnPagesAreAnswered();
    assertThat(server.get(page(bystander, "/jobs/")).statusCode()).isEqualTo(200);
    long threads = ProcessResources.of(server.pid()).threads();
    assertThat(visitors).extracting(SocketClient::status).containsOnly(503, 504);
    assertThat(relay.mostOpenConnections()).isLessThan(4 * CONNECTIONS);
    assertThat(threads).isLessThan(usualThreads + VISITORS / 2);
    visitors.forEach(SocketClient::close);
    await()
        .untilAsserted(
            () -> assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {ENDLESS, TRICKLE})
  void releaseConnectionsIfClientDisconnectsMidResponse(String path) {
    for (boolean politely : new boolean[] {true, false}) {
      List<SocketClient> visitors = visitors(CONNECTIONS);
      visitors.forEach(visitor -> visitor.ask(page(driver, path)));
      assertThat(visitors).extracting(SocketClient::status).containsOnly(200);
      assertThat(SENDING.get()).isEqualTo(CONNECTIONS);

      visitors.forEach(politely ? SocketClient::close : SocketClient::vanish);

      await().untilAsserted(() -> assertThat(SENDING.get()).isZero());
      assertThat(server.get(page(driver, "/jobs/")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void releaseConnectionsIfClientDisconnectsBeforeResponse() {
    long already = keptWaiting();
    List<SocketClient> visitors = visitors(CONNECTIONS);
    visitors.forEach(visitor -> visitor.ask(page(driver, SILENT)));
    await().untilAsserted(() -> assertThat(keptWaiting()).isEqualTo(already + CONNECTIONS));

    visitors.forEach(SocketClient::vanish);

    await()
        .untilAsserted(
            () ->
                assertThat(ProcessResources.of(server.pid()).connectionsTo(relay.port()))
                    .isLessThanOrEqualTo(ASKING));
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
                    .isLessThanOrEqualTo(ASKING));
    poller.expect(driver.application().id(), ListedState.RUNNING, ListedState.COMPLETED);
    relay.refuseConnections();
    awaitPlace(server, driver.application().id(), ListedState.COMPLETED);
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

  /** How many requests the driver received and did not respond to. */
  private static long keptWaiting() {
    return driver.requests().stream().filter(request -> request.target().equals(SILENT)).count();
  }

  private static List<SocketClient> visitors(int count) {
    return IntStream.range(0, count).mapToObj(any -> SocketClient.at(server.port())).toList();
  }

  private static String page(FakeDriver driver, String path) {
    return "/sparkui/" + driver.application().id() + path;
  }

  private static void assertOwnPagesAreAnswered() {
    for (String path : List.of("/", "/api/v1/applications", "/history/" + past + "/jobs/")) {
      // The first look at a history loads it, and is sent to the same address again.
      assertThat(server.get(path).statusCode()).as(path).isLessThan(400);
    }
  }
}
