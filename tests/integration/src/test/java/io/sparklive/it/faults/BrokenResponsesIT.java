// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ProcessResources;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.Fault;
import io.sparklive.testkit.relay.Fault.Kind;
import io.sparklive.testkit.relay.Fault.Stage;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Responses of a real driver that break off or stall, and their effect on the process of a real
 * History Server. {@code BrokenResponseFilterTest} has every stage and kind in embedded containers.
 * The cases here involve the servlet API: before the status line, and within a body.
 */
@Tag("war")
@ParameterizedClass
@MethodSource(ShortTimeoutHistoryServer.ENDS)
class BrokenResponsesIT {
  /** A response with a length. */
  private static final String MEASURED = "/static/webui.js?from-the-driver";

  @TempDir private static Path eventLogs;
  private static DriverProcess driver;
  private static FaultInjectingRelay relay;
  private static HistoryServerProcess server;
  private static ListPoller poller;
  private static String id;
  private static ProcessResources before;

  /** A response without a length. */
  private static String chunked;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void startServer(SparkVersion version) {
    int port = FreePorts.next();
    relay = FaultInjectingRelay.to(port);
    BackgroundStart<HistoryServerProcess> starting =
        new BackgroundStart<>(
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, relay.address())::start);
    driver = DriverProcess.builder(version, "Brittle").uiPort(port).start();
    id = driver.applicationId();
    chunked = "/api/v1/applications/" + id + "/environment";
    server = starting.get();
    awaitState(server, id, ListedState.RUNNING);
    assertAllIsShown();
    before = ProcessResources.ofJvm(server.pid());
    poller = new ListPoller(server.uri());
    poller.expect(id, ListedState.RUNNING);
  }

  @AfterEach
  void assertNoFailuresOfPoller() {
    relay.clearFaults();
    poller.assertNoFailures();
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    poller.close();
    driver.close();
    relay.close();
    ProcessResources.awaitNothingLeft(server.pid(), before, relay.port());
    server.close();
  }

  @Test
  void requestsPagesWithAndWithoutContentLength() {
    assertThat(driver.get(MEASURED).headers().firstValue("Content-Length")).isPresent();
    assertThat(driver.get(chunked).headers().firstValue("Transfer-Encoding")).contains("chunked");
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_STATUS_LINE", "INSIDE_BODY"})
  void showsErrorPageOrAbortsIfDriverResponseIsCut(Stage stage) {
    for (String page : List.of(MEASURED, chunked)) {
      relay.inject(new Fault(page, stage, Kind.RESET));
      assertFails(page, stage, 502);
    }
    relay.clearFaults();
    assertAllIsShown();
  }

  @Test
  void showsErrorPageOrAbortsIfDriverResponseStalls() {
    List<Fault> faults =
        List.of(
            new Fault(MEASURED, Stage.BEFORE_STATUS_LINE, Kind.STALL),
            new Fault(chunked, Stage.INSIDE_BODY, Kind.STALL));
    relay.inject(faults.toArray(Fault[]::new));
    long start = System.nanoTime();
    // In parallel: each waits for the time-out.
    faults.parallelStream().forEach(fault -> assertFails(fault.path(), fault.stage(), 504));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(ShortTimeoutHistoryServer.RESPONSE_TIMEOUT.multipliedBy(15));
    relay.clearFaults();
    assertAllIsShown();
  }

  @Test
  void countsFailureAndReleasesRequestSlot() {
    double before = counted("proxied_requests_total{outcome=\"driver_aborted\"}");
    relay.inject(new Fault(MEASURED, Stage.INSIDE_BODY, Kind.RESET));
    assertFails(MEASURED, Stage.INSIDE_BODY, 502);
    relay.clearFaults();

    await()
        .untilAsserted(
            () -> {
              assertThat(counted("proxied_requests_total{outcome=\"driver_aborted\"}"))
                  .isGreaterThan(before);
              assertThat(counted("proxied_requests_in_progress")).isZero();
            });
  }

  private static double counted(String series) {
    String line = "spark_live_history_" + series + " ";
    return server
        .get("/sparkui/-/metrics")
        .body()
        .lines()
        .filter(sample -> sample.startsWith(line))
        .mapToDouble(sample -> Double.parseDouble(sample.substring(line.length())))
        .findFirst()
        .orElseThrow();
  }

  private static void assertFails(String page, Stage stage, int status) {
    HttpResponse<String> response;
    try {
      response = get(page);
    } catch (UncheckedIOException e) {
      assertThat(stage).as("broken off: %s", e).isGreaterThanOrEqualTo(Stage.AFTER_HEADERS);
      return;
    }
    assertThat(response.statusCode()).as("%s %s", page, stage).isEqualTo(status);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(response.body()).contains(id, "Brittle");
    if (!page.equals(chunked)) {
      assertThat(response.body())
          .contains("http-equiv=\"refresh\"", "The History Server has no event log of it yet.");
    }
  }

  private static void assertAllIsShown() {
    for (String page : List.of(MEASURED, chunked)) {
      assertThat(get(page).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(String page) {
    return server.get("/sparkui/" + id + page);
  }
}
