package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One application from its first moment to its history. */
@Tag("smoke-spark4")
@Tag("smoke-spark3")
@Tag("war")
class LifeIT {
  @TempDir private Path directory;
  @TempDir private Path elsewhere;

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void anApplicationAppearsEndsIsAwaitedAndLeadsToItsHistory(SparkVersion version)
      throws IOException {
    try (DriverProcess driver =
            DriverProcess.builder(version, "Comes late").eventLogDirectory(elsewhere).start();
        HistoryServerProcess server =
            Plugin.historyServer(version, directory, driver.address()).start()) {
      String id = driver.applicationId();
      String live = "/sparkui/" + id + "/jobs/";
      await().untilAsserted(() -> assertThat(ids(server, "?status=running")).containsExactly(id));
      assertThat(server.get(live).statusCode()).isEqualTo(200);

      driver.stop();

      await().untilAsserted(() -> assertThat(ids(server, "?status=completed")).containsExactly(id));
      assertThat(ids(server, "?status=running")).isEmpty();
      assertThat(server.get("/").body()).contains("id=\"history-summary\"");
      for (String path : List.of(live, "/history/" + id + "/jobs/")) {
        HttpResponse<String> awaited = server.get(path);
        assertThat(awaited.statusCode()).isEqualTo(503);
        assertThat(awaited.headers().firstValue("Retry-After")).contains("5");
        assertThat(awaited.body()).contains("its event log is awaited", "Comes late");
      }
      assertThat(server.get("/api/v1/applications/" + id).body())
          .contains("\"completed\" : true", "Comes late");
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(503);

      EventLogMove.all(elsewhere, directory);

      await()
          .untilAsserted(
              () ->
                  assertThat(server.get(live).headers().firstValue("Location"))
                      .contains("/history/" + id + "/jobs/"));
      // The first look at a history loads it, and is sent to the same address again.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(200));
      assertThat(ids(server, "")).containsExactly(id);
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void anotherApplicationOnTheSamePortIsNeverShownAsTheFirst(SparkVersion version) {
    DriverProcess first = DriverProcess.builder(version, "The first").start();
    try (first;
        HistoryServerProcess server =
            Plugin.historyServer(version, directory, first.address()).start()) {
      await()
          .untilAsserted(() -> assertThat(ids(server, "")).containsExactly(first.applicationId()));
      int port = first.port();
      first.kill();
      try (DriverProcess second =
          DriverProcess.builder(version, "The second").uiPort(port).start()) {
        await()
            .untilAsserted(
                () ->
                    assertThat(ids(server, "?status=running"))
                        .containsExactly(second.applicationId()));
        assertThat(ids(server, "?status=completed")).containsExactly(first.applicationId());
        assertThat(server.get("/sparkui/" + first.applicationId() + "/jobs/").statusCode())
            .isEqualTo(503);
        assertThat(server.get("/sparkui/" + second.applicationId() + "/jobs/").body())
            .contains("The second");
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void anApplicationWithAnEventLogIsListedOnceAndShownLive(SparkVersion version) {
    try (DriverProcess driver =
            DriverProcess.builder(version, "Both").eventLogDirectory(directory).start();
        HistoryServerProcess server =
            Plugin.historyServer(version, directory, driver.address()).start()) {
      String id = driver.applicationId();
      String live = "/sparkui/" + id + "/jobs/";
      await().untilAsserted(() -> assertThat(server.get(live).statusCode()).isEqualTo(200));
      await().untilAsserted(() -> assertThat(ids(server, "?status=running")).containsExactly(id));
      assertThat(ids(server, "")).containsExactly(id);

      driver.stop();

      await().untilAsserted(() -> assertThat(ids(server, "?status=completed")).containsExactly(id));
      assertThat(ids(server, "")).containsExactly(id);
      assertThat(server.get(live).headers().firstValue("Location"))
          .contains("/history/" + id + "/jobs/");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void aJobIsKilledThroughTheProxyAndTheBrowserStaysThere(SparkVersion version) {
    try (DriverProcess driver = DriverProcess.builder(version, "To be killed").start();
        HistoryServerProcess server =
            Plugin.historyServer(version, directory, driver.address()).start()) {
      String root = "/sparkui/" + driver.applicationId();
      driver.startJob("Too long", 2, Duration.ofHours(1));
      await()
          .untilAsserted(() -> assertThat(server.get(root + "/jobs/").body()).contains("Too long"));

      HttpResponse<String> answer =
          server.send(
              HttpRequest.newBuilder(URI.create(server.uri() + root + "/jobs/job/kill/?id=0"))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build());

      assertThat(answer.statusCode()).isEqualTo(302);
      assertThat(answer.headers().firstValue("Location")).contains(root + "/jobs/");
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          server
                              .get("/api/v1/applications/" + driver.applicationId() + "/jobs")
                              .body())
                      .contains("FAILED"));
    }
  }
}
