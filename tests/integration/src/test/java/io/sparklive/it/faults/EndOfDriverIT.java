// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitLive;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.stateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drivers with event logs that end normally, are killed, or hang. Everything that the History
 * Server shows without the filter stays reachable, without a gap.
 */
@Tag("war")
@Tag("one-container")
@ParameterizedClass
@MethodSource(ShortTimeoutHistoryServer.ENDS)
class EndOfDriverIT {
  private static final Duration SCAN_INTERVAL = Duration.ofSeconds(3);
  private static final Pattern HISTORY_LINK = Pattern.compile("href=\"(/history/[^\"]+)\"");
  private static final List<String> PAGES =
      List.of("/jobs/", "/stages/", "/storage/", "/environment/", "/executors/");
  private static final List<String> RESOURCES =
      List.of(
          "", "/jobs", "/stages", "/executors", "/allexecutors", "/environment", "/storage/rdd");

  @TempDir private static Path directory;
  private static Drivers drivers;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    Path eventLogs = directory.resolve(version.toString());
    assertThat(eventLogs.toFile().mkdirs()).isTrue();
    List<Integer> ports = FreePorts.next(6);
    BackgroundStart<HistoryServerProcess> starting =
        new BackgroundStart<>(
            ShortTimeoutHistoryServer.historyServer(version, eventLogs, FreePorts.addresses(ports))
                    .property("spark.history.fs.update.interval", SCAN_INTERVAL.toMillis() + "ms")
                ::start);
    drivers =
        Drivers.start(
            driver(version, "Single file", ports.get(0), eventLogs, false, false),
            driver(version, "Single file, compressed", ports.get(1), eventLogs, false, true),
            driver(version, "Rolling", ports.get(2), eventLogs, true, false),
            driver(version, "Rolling, compressed", ports.get(3), eventLogs, true, true),
            driver(version, "Killed", ports.get(4), eventLogs, false, false),
            driver(version, "Hung", ports.get(5), eventLogs, false, false));
    server = starting.get();
    drivers.all().forEach(driver -> driver.runJob("A job", 2, Duration.ofMillis(10)));
    for (String id : drivers.ids()) {
      awaitLive(server, id);
      // From now on the History Server lists it itself.
      await()
          .untilAsserted(
              () ->
                  assertThat(location("/history/" + id + "/?live=false"))
                      .isEqualTo("/history/" + id + "/jobs/?live=false"));
    }
    // It loads some histories now, and the others only after their end.
    for (int loaded : new int[] {0, 2, 4, 5}) {
      String page = "/history/" + drivers.get(loaded).applicationId() + "/jobs/?live=false";
      await().untilAsserted(() -> assertThat(server.get(page).body()).contains("Completed Jobs"));
    }
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    drivers.close();
  }

  @Test
  void neverLosesDriverThatEndsNormally() {
    List<DriverProcess> ending = drivers.all().subList(0, 4);
    List<EndSampler> samplers =
        ending.stream().map(driver -> new EndSampler(server, driver.applicationId())).toList();
    try {
      await().until(() -> samplers.stream().allMatch(EndSampler::hasSeenLivePage));
      ending.parallelStream().forEach(DriverProcess::stop);
      for (DriverProcess driver : ending) {
        String id = driver.applicationId();
        awaitState(server, id, ListedState.COMPLETED);
        await()
            .untilAsserted(
                () ->
                    assertThat(location("/sparkui/" + id + "/jobs/"))
                        .isEqualTo("/history/" + id + "/jobs/"));
        // The History Server redirects to the same page while it loads an application.
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get("/history/" + id + "/jobs/").statusCode())
                        .isEqualTo(200));
      }
    } finally {
      samplers.forEach(EndSampler::close);
    }
    samplers.forEach(EndSampler::assertNothingWasMissing);
  }

  @Test
  void redirectsKilledDriverToHistoryAfterNextScan() {
    DriverProcess driver = drivers.get(4);
    String id = driver.applicationId();
    driver.kill();

    // The bound is two scans and five seconds.
    await()
        .atMost(SCAN_INTERVAL.multipliedBy(2).plusSeconds(5))
        .untilAsserted(
            () ->
                assertThat(location("/sparkui/" + id + "/stages/?a=b"))
                    .isEqualTo("/history/" + id + "/stages/?a=b"));
    assertThat(server.get("/history/" + id + "/stages/?a=b").statusCode()).isEqualTo(200);
    assertThat(stateOf(server, id)).isEqualTo(ListedState.RUNNING);
    assertThat(EndSampler.isCompleted(server.get("/api/v1/applications/" + id).body())).isFalse();
    assertThat(server.get("/api/v1/applications/" + id + "/jobs").body()).contains("A job");
  }

  @Test
  void keepsEventLogOfHungDriverReachable() {
    DriverProcess driver = drivers.get(5);
    String id = driver.applicationId();
    driver.pause();
    try {
      HttpResponse<String> live = server.get("/sparkui/" + id + "/jobs/");
      assertThat(live.statusCode()).isEqualTo(504);
      Matcher link = HISTORY_LINK.matcher(live.body());
      assertThat(link.find()).isTrue();
      assertThat(link.group(1)).isEqualTo("/history/" + id + "/jobs/?live=false");
      for (String page : PAGES) {
        HttpResponse<String> history = server.get("/history/" + id + page + "?live=false");
        assertThat(history.statusCode()).as(page).isEqualTo(200);
        assertThat(history.body()).as(page).contains("Hung", "/history/" + id + "/");
      }
      for (String resource : RESOURCES) {
        HttpResponse<String> rest = server.get("/api/v1/applications/" + id + resource);
        assertThat(rest.statusCode()).as(resource).isEqualTo(200);
      }
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").body()).contains("A job");
      assertThat(server.get("/api/v1/applications/" + id + "/logs").statusCode()).isEqualTo(200);
      assertThat(location("/history/" + id + "/jobs/"))
          .isEqualTo("/history/" + id + "/jobs/?live=false");
    } finally {
      driver.resume();
    }
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200));
  }

  private static String location(String path) {
    return server.get(path).headers().firstValue("Location").orElse("");
  }

  private static DriverProcess.Builder driver(
      SparkVersion version,
      String name,
      int port,
      Path eventLogs,
      boolean rolling,
      boolean compressed) {
    return DriverProcess.builder(version, name)
        .uiPort(port)
        .eventLogDirectory(eventLogs)
        .property("spark.eventLog.rolling.enabled", Boolean.toString(rolling))
        .property("spark.eventLog.compress", Boolean.toString(compressed));
  }
}
