// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("spark-contract")
class SparkProcessesIT {

  private static final String VERSIONS = "io.sparklive.testkit.SparkVersion#ends";
  private static final Instant MORNING = Instant.parse("2026-03-01T08:00:00Z");
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.250Z");

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void listWrittenAndRealApplications(SparkVersion version) {
    EventLogs logs = new EventLogs(directory);
    LoggedApplication report =
        LoggedApplication.startedAt(MORNING, "app-1").named("Daily \"sales\"").by("grace");
    logs.write(report.endedAt(NOON).on("3.5.1"));
    logs.write(LoggedApplication.startedAt(MORNING, "app-2").attempt("1").endedAt(NOON));
    logs.write(LoggedApplication.startedAt(NOON, "app-2").attempt("2"));
    logs.write(LoggedApplication.startedAt(MORNING, "app-3").property("spark.ui.view.acls", "*"));
    String real = logs.copyOfReal(version);

    long pid;
    try (HistoryServerProcess server = HistoryServerProcess.builder(version, directory).start()) {
      pid = server.pid();
      await().untilAsserted(() -> assertThat(ids(list(server))).hasSize(4));

      assertThat(ids(list(server, "status=completed"))).containsExactlyInAnyOrder("app-1", real);
      assertThat(ids(list(server, "status=running"))).containsExactlyInAnyOrder("app-2", "app-3");
      JsonObject attempt = attempts(list(server), "app-1").get(0).getAsJsonObject();
      assertThat(attempt.get("startTimeEpoch").getAsLong()).isEqualTo(MORNING.toEpochMilli());
      assertThat(attempt.get("endTimeEpoch").getAsLong()).isEqualTo(NOON.toEpochMilli());
      assertThat(attempt.get("sparkUser").getAsString()).isEqualTo("grace");
      assertThat(attempt.get("appSparkVersion").getAsString()).isEqualTo("3.5.1");
      assertThat(application(list(server), "app-1").get("name").getAsString())
          .isEqualTo("Daily \"sales\"");
      assertThat(attempts(list(server), "app-2")).hasSize(2);
      assertThat(server.get("/api/v1/applications/" + real + "/jobs").body())
          .contains("Squares of four numbers");
      assertThat(server.get("/api/v1/applications/app-3/environment").body())
          .contains("spark.ui.view.acls");

      logs.write(LoggedApplication.startedAt(MORNING, "app-3").endedAt(NOON));
      await().untilAsserted(() -> assertThat(ids(list(server, "status=running"))).hasSize(1));
      assertThat(ids(list(server))).hasSize(4);
    }
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void runJobsAndServeRestApi(SparkVersion version) {
    DriverProcess driver = DriverProcess.builder(version, "Clicks").user("grace").start();
    try (driver) {
      driver.runJob("Count the clicks", 2, Duration.ofMillis(10));
      driver.startJob("Sort the clicks", 2, Duration.ofMinutes(1));

      await()
          .untilAsserted(
              () ->
                  assertThat(driver.get(rest(driver, "/jobs")).body())
                      .contains("Count the clicks", "SUCCEEDED")
                      .contains("Sort the clicks", "RUNNING"));
      assertThat(driver.get(rest(driver, "")).body()).contains("Clicks", "\"grace\"");

      driver.pause();
      assertThat(ProcessHandle.of(driver.pid())).isPresent();
      driver.resume();
      assertThat(driver.get(rest(driver, "")).statusCode()).isEqualTo(200);
    }
    assertThat(ProcessHandle.of(driver.pid())).isEmpty();
    assertThatThrownBy(() -> driver.startJob("Too late", 1, Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void releasePortOfPausedDriverOnClose(SparkVersion version) {
    int port;
    try (DriverProcess first = DriverProcess.builder(version, "First").start()) {
      port = first.port();
      first.pause();
    }
    try (DriverProcess second = DriverProcess.builder(version, "Second").uiPort(port).start()) {
      assertThat(second.address()).isEqualTo("127.0.0.1:" + port);
      second.stop();
      assertThat(ProcessHandle.of(second.pid())).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void reportWhyHistoryServerDoesNotStart(SparkVersion version) {
    HistoryServerProcess.Builder broken =
        HistoryServerProcess.builder(version, directory).property("spark.ui.filters", "no.Such");

    HistoryServerProcess.Exit exit = broken.startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output()).contains("no.Such");
    assertThatThrownBy(broken::start).hasMessageContaining("no.Such");
  }

  private static String rest(DriverProcess driver, String path) {
    return "/api/v1/applications/" + driver.applicationId() + path;
  }

  private static JsonArray list(HistoryServerProcess server, String... query) {
    String path = "/api/v1/applications?" + String.join("&", query);
    return JsonParser.parseString(server.get(path).body()).getAsJsonArray();
  }

  private static List<String> ids(JsonArray list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(application -> application.get("id").getAsString())
        .toList();
  }

  private static JsonObject application(JsonArray list, String id) {
    return list.get(ids(list).indexOf(id)).getAsJsonObject();
  }

  private static JsonArray attempts(JsonArray list, String id) {
    return application(list, id).getAsJsonArray("attempts");
  }
}
