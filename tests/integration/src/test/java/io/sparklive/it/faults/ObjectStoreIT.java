// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ObjectStoreProcess;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Event logs on S3, where a file appears when its writer closes it. */
class ObjectStoreIT {
  private static final String JOB = "Counted to two";

  private static ObjectStoreProcess store;

  @TempDir private Path nothing;

  static List<SparkVersion> versions() {
    return List.of(SparkVersion.newest());
  }

  @BeforeAll
  static void startTheStore() {
    store = ObjectStoreProcess.start();
  }

  @AfterAll
  static void endTheStore() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void redirectsToHistoryOnceLogIsUploaded(SparkVersion version) {
    List<Integer> ports = FreePorts.next(2);
    try (BackgroundStart<HistoryServerProcess> starting =
            new BackgroundStart<>(historyServer(version, ports)::start);
        Drivers drivers =
            Drivers.start(
                driver(version, "Plain", false).uiPort(ports.get(0)),
                driver(version, "Rolling", true).uiPort(ports.get(1)));
        ListPoller poller = new ListPoller(starting.get().uri())) {
      HistoryServerProcess server = starting.get();
      for (String id : drivers.ids()) {
        awaitState(server, id, ListedState.RUNNING);
        poller.expect(id, ListedState.RUNNING);
      }
      try (LiveUiPoller plain = new LiveUiPoller(server, drivers.ids().get(0));
          LiveUiPoller rolling = new LiveUiPoller(server, drivers.ids().get(1))) {
        assertShownWithoutLogs(server, drivers);
        fillAFile(drivers.get(1));
        assertShownWithPartOfItsLog(server, rolling.id());

        drivers.ids().forEach(id -> poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED));
        CompletableFuture<Void> stopped = stopWhileTheStoreIsSlow(drivers);
        for (LiveUiPoller link : List.of(plain, rolling)) {
          await().until(() -> link.states().contains(LiveUiPoller.PageState.AWAITS_LOG));
        }
        awaitState(server, plain.id(), ListedState.COMPLETED);
        assertThat(server.get("/history/" + plain.id() + "/jobs/").statusCode()).isEqualTo(503);
        store.resume();
        stopped.join();

        for (LiveUiPoller link : List.of(plain, rolling)) {
          awaitHistory(server, link.id());
          awaitState(server, link.id(), ListedState.COMPLETED);
          poller.expect(link.id(), ListedState.COMPLETED);
          await().until(() -> link.states().contains(LiveUiPoller.PageState.HISTORY));
          link.assertLedFromLiveToHistory();
        }
      }
      poller.assertNoFailures();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void removesKilledDriverWithoutUploadAfterTimeout(SparkVersion version) {
    List<Integer> ports = FreePorts.next(2);
    try (BackgroundStart<HistoryServerProcess> starting =
            new BackgroundStart<>(
                historyServer(version, ports).property(parameter("handoffTimeout"), "5s")::start);
        Drivers drivers =
            Drivers.start(
                driver(version, "Killed", false).uiPort(ports.get(0)),
                driver(version, "Killed, rolling", true).uiPort(ports.get(1)));
        ListPoller poller = new ListPoller(starting.get().uri())) {
      HistoryServerProcess server = starting.get();
      for (String id : drivers.ids()) {
        awaitState(server, id, ListedState.RUNNING);
        poller.expect(id, ListedState.RUNNING, ListedState.COMPLETED);
      }

      drivers.all().forEach(DriverProcess::kill);

      for (String id : drivers.ids()) {
        awaitState(server, id, ListedState.COMPLETED);
        assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(503);
        poller.expect(id, ListedState.COMPLETED, ListedState.ABSENT);
      }
      for (String id : drivers.ids()) {
        awaitState(server, id, ListedState.ABSENT);
        poller.expect(id, ListedState.ABSENT);
        assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(404);
        assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(404);
        assertThat(store.keys())
            .filteredOn(key -> key.contains(id))
            .noneMatch(ObjectStoreIT::holdsEvents);
      }
      poller.assertNoFailures();
    }
  }

  private static DriverProcess.Builder driver(SparkVersion version, String name, boolean rolling) {
    return DriverProcess.builder(version, name)
        .eventLogsIn(store)
        .property("spark.eventLog.rolling.enabled", Boolean.toString(rolling))
        // The minimum that Spark accepts.
        .property("spark.eventLog.rolling.maxFileSize", "10m")
        .property("spark.eventLog.compress", "false")
        // Pages without the jobs that only fill the log.
        .property("spark.ui.retainedJobs", "1")
        .property("spark.ui.retainedStages", "1");
  }

  private HistoryServerProcess.Builder historyServer(SparkVersion version, List<Integer> ports) {
    return ShortTimeoutHistoryServer.historyServer(version, nothing, FreePorts.addresses(ports))
        .eventLogsIn(store)
        .property("spark.ui.retainedJobs", "1")
        .property("spark.ui.retainedStages", "1")
        .property(parameter("responseTimeout"), "30s");
  }

  private static void assertShownWithoutLogs(HistoryServerProcess server, Drivers drivers) {
    for (DriverProcess driver : drivers.all()) {
      driver.runJob(JOB, 2, Duration.ofMillis(5));
      String id = driver.applicationId();
      assertThat(server.get("/sparkui/" + id + "/jobs/").body()).contains(JOB);
      assertThat(hasLog(server, id)).isFalse();
      assertThat(store.keys())
          .filteredOn(key -> key.contains(id))
          .noneMatch(ObjectStoreIT::holdsEvents);
    }
  }

  private static void assertShownWithPartOfItsLog(HistoryServerProcess server, String id) {
    await().until(() -> hasLog(server, id));
    assertThat(store.keys()).anyMatch(key -> key.contains("/events_1_" + id));
    assertThat(server.get("/sparkui/" + id + "/jobs/").body()).contains(JOB);
  }

  /** The rest of the logs is uploaded when the store continues. */
  private static CompletableFuture<Void> stopWhileTheStoreIsSlow(Drivers drivers) {
    store.pause();
    return CompletableFuture.allOf(
        drivers.all().stream()
            .map(driver -> CompletableFuture.runAsync(driver::stop, ObjectStoreIT::onAThread))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Whether the History Server itself has a history: if not, this redirects to the live UI. */
  private static boolean hasLog(HistoryServerProcess server, String id) {
    return server.get("/history/" + id + "/jobs/?live=false").statusCode() == 200;
  }

  /** An object with events, not an empty one for a directory or a status. */
  private static boolean holdsEvents(String key) {
    return !key.endsWith("/") && !key.contains("/appstatus_");
  }

  /**
   * Makes a rolling log continue in its second file; it contains each job's description three
   * times.
   */
  private static void fillAFile(DriverProcess driver) {
    String longDescription = "x".repeat(1 << 19);
    for (int job = 0; job < 10; job++) {
      driver.runJob(longDescription, 1, Duration.ZERO);
    }
    driver.runJob(JOB, 1, Duration.ZERO);
  }

  private static void awaitHistory(HistoryServerProcess server, String id) {
    await()
        .untilAsserted(
            () -> {
              assertThat(server.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
                  .contains("/history/" + id + "/jobs/");
              assertThat(server.get("/history/" + id + "/jobs/").body()).contains(JOB);
            });
  }

  private static void onAThread(Runnable stop) {
    new Thread(stop, "stop-driver").start();
  }
}
