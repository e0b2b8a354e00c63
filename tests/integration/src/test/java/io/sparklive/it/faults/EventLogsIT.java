package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitPlace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Event logs of every form: some come late, some never end. */
class EventLogsIT {
  @TempDir private Path eventLogs;
  @TempDir private Path elsewhere;

  @ParameterizedTest
  @MethodSource(ShortTimeoutHistoryServer.ENDS)
  void logsThatComeLateTakeOver(SparkVersion version) throws IOException {
    List<Integer> ports = FreePorts.find(3);
    try (Drivers drivers = startOfEveryForm(version, ports, elsewhere);
        HistoryServerProcess server =
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
                .start();
        ListPoller looker = new ListPoller(server.uri())) {
      drivers.ids().forEach(id -> awaitPlace(server, id, Place.RUNNING));
      drivers.ids().forEach(id -> looker.expect(id, Place.RUNNING));

      drivers.ids().forEach(id -> looker.expect(id, Place.RUNNING, Place.COMPLETED));
      drivers.all().parallelStream().forEach(DriverProcess::stop);

      for (String id : drivers.ids()) {
        awaitPlace(server, id, Place.COMPLETED);
        looker.expect(id, Place.COMPLETED);
        assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(503);
        assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(503);
      }

      deliver();

      for (String id : drivers.ids()) {
        await()
            .untilAsserted(
                () ->
                    assertThat(
                            server
                                .get("/sparkui/" + id + "/jobs/")
                                .headers()
                                .firstValue("Location"))
                        .contains("/history/" + id + "/jobs/"));
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get("/history/" + id + "/jobs/").statusCode())
                        .isEqualTo(200));
      }
      looker.assertAllWasWell();
    }
  }

  @ParameterizedTest
  @MethodSource(ShortTimeoutHistoryServer.ENDS)
  void logsThatNeverEndAreNotShownTwice(SparkVersion version) throws IOException {
    List<Integer> ports = FreePorts.find(4);
    try (Drivers drivers = startOfEveryForm(version, ports, eventLogs);
        DriverProcess late =
            DriverProcess.builder(version, "Late and without an end")
                .uiPort(ports.get(3))
                .eventLogDirectory(elsewhere)
                .start();
        HistoryServerProcess server =
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
                .start();
        ListPoller looker = new ListPoller(server.uri())) {
      for (String id : drivers.ids()) {
        awaitPlace(server, id, Place.RUNNING);
        // The History Server says so to the end of time, and we do not contradict it.
        looker.expect(id, Place.RUNNING);
      }
      awaitPlace(server, late.applicationId(), Place.RUNNING);
      looker.expect(late.applicationId(), Place.RUNNING, Place.COMPLETED);

      drivers.all().forEach(DriverProcess::kill);
      late.kill();

      for (String id : drivers.ids()) {
        String live = "/sparkui/" + id + "/jobs/";
        await().untilAsserted(() -> assertThat(server.get(live).statusCode()).isEqualTo(503));
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get("/history/" + id + "/jobs/").statusCode())
                        .isEqualTo(200));
      }
      awaitPlace(server, late.applicationId(), Place.COMPLETED);

      deliver();

      awaitPlace(server, late.applicationId(), Place.RUNNING);
      looker.expect(late.applicationId(), Place.RUNNING);
      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(
              () -> assertThat(looker.placeNow(late.applicationId())).isEqualTo(Place.RUNNING));
      looker.assertAllWasWell();
    }
  }

  private static Drivers startOfEveryForm(
      SparkVersion version, List<Integer> ports, Path directory) {
    return Drivers.start(
        DriverProcess.builder(version, "Plain")
            .uiPort(ports.get(0))
            .eventLogDirectory(directory)
            .property("spark.eventLog.rolling.enabled", "false"),
        DriverProcess.builder(version, "Rolling")
            .uiPort(ports.get(1))
            .eventLogDirectory(directory)
            .property("spark.eventLog.rolling.enabled", "true"),
        DriverProcess.builder(version, "Compressed")
            .uiPort(ports.get(2))
            .eventLogDirectory(directory)
            .property("spark.eventLog.rolling.enabled", "false")
            .property("spark.eventLog.compress", "true"));
  }

  /** Lets the logs arrive, each whole at once, as on object storage. */
  private void deliver() throws IOException {
    try (Stream<Path> logs = Files.list(elsewhere)) {
      for (Path log : logs.toList()) {
        Files.move(
            log, eventLogs.resolve(log.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
