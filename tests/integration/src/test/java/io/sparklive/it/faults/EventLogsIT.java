// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitLive;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Event logs of every form: some arrive late, some never end. */
@ParameterizedClass
@MethodSource(ShortTimeoutHistoryServer.ENDS)
class EventLogsIT {
  @TempDir private static Path directory;
  private static Path eventLogs;

  /** The directory of logs that are not delivered yet. */
  private static Path elsewhere;

  private static Path farAway;
  private static Drivers drivers;
  private static HistoryServerProcess server;
  private static ListPoller poller;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) throws IOException {
    eventLogs = Files.createDirectories(directory.resolve(version + "/event-logs"));
    elsewhere = Files.createDirectories(directory.resolve(version + "/elsewhere"));
    farAway = Files.createDirectories(directory.resolve(version + "/far-away"));
    List<Integer> ports = FreePorts.next(7);
    BackgroundStart<HistoryServerProcess> starting =
        new BackgroundStart<>(
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
                ::start);
    drivers =
        Drivers.start(
            Stream.of(
                    ofEveryForm(version, ports.subList(0, 3), elsewhere),
                    ofEveryForm(version, ports.subList(3, 6), eventLogs),
                    Stream.of(
                        DriverProcess.builder(version, "Late and without an end")
                            .uiPort(ports.get(6))
                            .eventLogDirectory(farAway)))
                .flatMap(some -> some)
                .toArray(DriverProcess.Builder[]::new));
    server = starting.get();
    poller = new ListPoller(server.uri());
    for (String id : drivers.ids()) {
      awaitLive(server, id);
      poller.expect(id, ListedState.RUNNING);
    }
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
  void redirectToHistoryOnceLateLogArrives() throws IOException {
    Drivers late = new Drivers(drivers.all().subList(0, 3));
    late.ids().forEach(id -> poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED));
    late.all().parallelStream().forEach(DriverProcess::stop);

    for (String id : late.ids()) {
      awaitState(server, id, ListedState.COMPLETED);
      poller.expect(id, ListedState.COMPLETED);
      assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(503);
      assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(503);
    }

    deliver(elsewhere);

    for (String id : late.ids()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          server.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
                      .contains("/history/" + id + "/jobs/"));
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(200));
    }
  }

  @Test
  void areListedOnceIfTheyNeverEnd() throws IOException {
    Drivers withoutEnd = new Drivers(drivers.all().subList(3, 6));
    DriverProcess lateOne = drivers.get(6);
    String late = lateOne.applicationId();
    // The History Server lists the others as running forever, and so does the filter.
    poller.expect(late, ListedState.RUNNING, ListedState.COMPLETED);

    withoutEnd.all().forEach(DriverProcess::kill);
    lateOne.kill();

    for (String id : withoutEnd.ids()) {
      String live = "/sparkui/" + id + "/jobs/";
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get(live).headers().firstValue("Location"))
                      .contains("/history/" + id + "/jobs/"));
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(200));
    }
    awaitState(server, late, ListedState.COMPLETED);

    deliver(farAway);

    awaitState(server, late, ListedState.RUNNING);
    poller.expect(late, ListedState.RUNNING);
    await()
        .during(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(poller.currentState(late)).isEqualTo(ListedState.RUNNING));
  }

  private static Stream<DriverProcess.Builder> ofEveryForm(
      SparkVersion version, List<Integer> ports, Path logs) {
    return Stream.of(
        DriverProcess.builder(version, "Plain")
            .uiPort(ports.get(0))
            .eventLogDirectory(logs)
            .property("spark.eventLog.rolling.enabled", "false"),
        DriverProcess.builder(version, "Rolling")
            .uiPort(ports.get(1))
            .eventLogDirectory(logs)
            .property("spark.eventLog.rolling.enabled", "true"),
        DriverProcess.builder(version, "Compressed")
            .uiPort(ports.get(2))
            .eventLogDirectory(logs)
            .property("spark.eventLog.rolling.enabled", "false")
            .property("spark.eventLog.compress", "true"));
  }

  /** Delivers the logs, each atomically, as on object storage. */
  private static void deliver(Path from) throws IOException {
    try (Stream<Path> logs = Files.list(from)) {
      for (Path log : logs.toList()) {
        Files.move(
            log, eventLogs.resolve(log.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
