// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The application of a driver that is killed, stopped or replaced, or that ends normally. */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
class DriverFaultsIT {
  private static final int KILLED = 0;
  private static final int STOPPED = 1;
  private static final int ELDER = 2;
  private static final int DONE = 3;

  /** Shorter than elsewhere: no test here depends on a page that responds at once. */
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(1);

  @TempDir private static Path eventLogs;
  private static HistoryServerProcess server;
  private static Drivers drivers;
  private static ListPoller poller;
  private static List<Integer> ports;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    ports = FreePorts.next(4);
    String past = new EventLogs(eventLogs).copyOfReal(version);
    BackgroundStart<HistoryServerProcess> starting =
        new BackgroundStart<>(
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
                    .property(parameter("responseTimeout"), RESPONSE_TIMEOUT.toMillis() + "ms")
                ::start);
    drivers =
        Drivers.start(
            driver(version, "Killed", KILLED),
            driver(version, "Stopped", STOPPED),
            driver(version, "The elder", ELDER),
            driver(version, "Done", DONE).eventLogDirectory(eventLogs));
    server = starting.get();
    awaitState(server, past, ListedState.COMPLETED);
    poller = new ListPoller(server.uri(), "/history/" + past + "/jobs/");
    poller.expect(past, ListedState.COMPLETED);
  }

  @AfterEach
  void assertNoFailuresOfPoller() {
    poller.assertNoFailures();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    poller.close();
    server.close();
    drivers.close();
  }

  @Test
  void listsKilledDriverAsCompletedAndShowsStatusPage() {
    DriverProcess driver = drivers.get(KILLED);
    String id = running(driver);

    mayEnd(id);
    driver.kill();

    awaitEnd(id);
    HttpResponse<String> page = server.get("/sparkui/" + id + "/jobs/");
    assertThat(page.statusCode()).isEqualTo(503);
    // Whether an event log is expected depends on the settings that the driver had reported by
    // then.
    assertThat(page.body()).contains("has ended", "Killed", id);
    assertThat(server.get("/api/v1/applications/" + id).body()).contains("\"completed\" : true");
  }

  @Test
  void listsSuspendedDriverAsRunning() {
    DriverProcess driver = drivers.get(STOPPED);
    String id = running(driver);
    String live = "/sparkui/" + id + "/jobs/";
    driver.pause();

    long start = System.nanoTime();
    HttpResponse<String> page = server.get(live);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(RESPONSE_TIMEOUT.multipliedBy(30));
    assertThat(page.statusCode()).isEqualTo(504);
    assertThat(page.headers().firstValue("Retry-After")).isPresent();
    assertThat(page.body())
        .contains("Stopped", id, "does not respond", "http-equiv=\"refresh\"", "no event log");
    // Long enough for several failed probes.
    await()
        .during(RESPONSE_TIMEOUT.multipliedBy(4))
        .untilAsserted(() -> assertThat(poller.currentState(id)).isEqualTo(ListedState.RUNNING));

    driver.resume();

    await().untilAsserted(() -> assertThat(server.get(live).statusCode()).isEqualTo(200));
    mayEnd(id);
    driver.kill();
    awaitEnd(id);
  }

  @Test
  void neverShowsSuccessorOnPortUnderOldId() {
    DriverProcess elder = drivers.get(ELDER);
    String first = running(elder);
    try (LoadGenerator load = new LoadGenerator(server.uri(), first, "The younger")) {
      await().until(() -> load.shown() > 10);
      mayEnd(first);
      elder.kill();
      try (DriverProcess younger = driver(version, "The younger", ELDER).start()) {
        String second = running(younger);
        awaitEnd(first);
        assertThat(server.get("/sparkui/" + second + "/jobs/").body()).contains("The younger");
        load.assertOnlyOwnResponses();
        mayEnd(second);
        younger.kill();
        awaitEnd(second);
      }
    }
  }

  @Test
  void redirectsToHistoryAfterDriverStops() {
    DriverProcess driver = drivers.get(DONE);
    String id = running(driver);

    mayEnd(id);
    driver.stop();

    awaitEnd(id);
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
                    .contains("/history/" + id + "/jobs/"));
    await()
        .untilAsserted(
            () -> assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(200));
  }

  private static DriverProcess.Builder driver(SparkVersion version, String name, int port) {
    return DriverProcess.builder(version, name).uiPort(ports.get(port));
  }

  /** Waits until the driver is listed and its UI responds, and expects it to run from then on. */
  private static String running(DriverProcess driver) {
    String id = driver.applicationId();
    awaitState(server, id, ListedState.RUNNING);
    poller.expect(id, ListedState.RUNNING);
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200));
    return id;
  }

  /** Until {@link #awaitEnd}, either list may have it. */
  private static void mayEnd(String id) {
    poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED);
  }

  private static void awaitEnd(String id) {
    awaitState(server, id, ListedState.COMPLETED);
    poller.expect(id, ListedState.COMPLETED);
  }
}
