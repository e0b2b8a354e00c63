// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.assertListedOnce;
import static io.sparklive.it.plugin.Plugin.awaitListedOnce;
import static io.sparklive.it.plugin.Plugin.awaitRedirectToHistory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.shared.SharedHistories;
import io.sparklive.it.shared.SharedHistory;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** One application from its start to its history. */
@Tag("smoke-spark4")
@Tag("smoke-spark3")
@Tag("war")
@ExtendWith(SharedHistories.class)
@ParameterizedClass
@MethodSource(Plugin.VERSIONS)
class ApplicationLifecycleIT {
  private static BackgroundStart<DriverProcess> late;
  private static BackgroundStart<DriverProcess> first;
  private static BackgroundStart<DriverProcess> both;
  private static HistoryServerProcess server;
  private static Path directory;
  private static Path elsewhere;

  @Parameter SparkVersion version;

  /** Each test that ends a driver has its own; they start side by side. */
  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    directory = EventLogs.newDirectory("life-" + version).directory();
    elsewhere = EventLogs.newDirectory("life-elsewhere-" + version).directory();
    List<Integer> ports = List.of(FreePorts.next(), FreePorts.next(), FreePorts.next());
    late = starting(driver(version, "Late log", ports.get(0)).eventLogDirectory(elsewhere));
    first = starting(driver(version, "The first", ports.get(1)));
    both = starting(driver(version, "Both", ports.get(2)).eventLogDirectory(directory));
    String addresses =
        ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    server = Plugin.historyServer(version, directory, addresses).start();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    for (var driver : List.of(late, first, both)) {
      driver.close();
    }
    server.close();
  }

  private static BackgroundStart<DriverProcess> starting(DriverProcess.Builder driver) {
    return new BackgroundStart<>(driver::start);
  }

  private static DriverProcess.Builder driver(SparkVersion version, String name, int port) {
    return DriverProcess.builder(version, name).uiPort(port);
  }

  @Test
  void listsRunningThenEndedThenRedirectsToHistory() throws IOException {
    try (DriverProcess driver = late.get()) {
      String id = driver.applicationId();
      String live = "/sparkui/" + id + "/jobs/";
      awaitListedOnce(server, id, "running");
      assertThat(server.get(live).statusCode()).isEqualTo(200);

      driver.stop();

      awaitListedOnce(server, id, "completed");
      assertThat(server.get("/").body()).contains("id=\"history-summary\"");
      for (String path : List.of(live, "/history/" + id + "/jobs/")) {
        HttpResponse<String> awaited = server.get(path);
        assertThat(awaited.statusCode()).isEqualTo(503);
        assertThat(awaited.headers().firstValue("Retry-After")).contains("5");
        assertThat(awaited.body()).contains("its event log is not available yet", "Late log");
      }
      assertThat(server.get("/api/v1/applications/" + id).body())
          .contains("\"completed\" : true", "Late log");
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(503);

      EventLogMove.all(elsewhere, directory);

      awaitRedirectToHistory(server, id);
      // The first request for a history loads it, and is redirected to the same address.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/history/" + id + "/jobs/").statusCode()).isEqualTo(200));
      assertListedOnce(server, id, "completed");
      assertThat(server.get("/api/v1/applications/" + id + "/jobs").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void neverShowsSuccessorOnPortUnderOldId() {
    try (DriverProcess driver = first.get()) {
      String id = driver.applicationId();
      awaitListedOnce(server, id, "running");
      int port = driver.port();
      driver.kill();
      try (DriverProcess second = driver(version, "The second", port).start()) {
        awaitListedOnce(server, second.applicationId(), "running");
        assertListedOnce(server, id, "completed");
        assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(503);
        assertThat(server.get("/sparkui/" + second.applicationId() + "/jobs/").body())
            .contains("The second");
      }
    }
  }

  @Test
  void listsApplicationWithEventLogOnceAndShowsItLive() {
    try (DriverProcess driver = both.get()) {
      String id = driver.applicationId();
      String live = "/sparkui/" + id + "/jobs/";
      await().untilAsserted(() -> assertThat(server.get(live).statusCode()).isEqualTo(200));
      awaitListedOnce(server, id, "running");

      driver.stop();

      awaitListedOnce(server, id, "completed");
      awaitRedirectToHistory(server, id);
    }
  }

  @Test
  void killsJobThroughProxyAndRedirectsBack(SharedHistories.Registry shared) {
    SharedHistory history = shared.history(version);
    DriverProcess driver = history.driver();
    String root = "/sparkui/" + driver.applicationId();
    String jobs = "/api/v1/applications/" + driver.applicationId() + "/jobs";
    int before = list(history.server(), jobs).size();
    driver.startJob("Too long", 2, Duration.ofHours(1));
    await().untilAsserted(() -> assertThat(list(history.server(), jobs)).hasSize(before + 1));
    String page = history.server().get(root + "/jobs/").body();
    assertThat(page).contains("Too long");
    // The newest job is the first in the list.
    int job = list(history.server(), jobs).get(0).get("jobId").getAsInt();

    URI server = history.server().uri();
    HttpRequest.Builder click = KillButton.on(page, job).click(server);

    HttpResponse<String> response =
        history.server().send(click.header("Referer", server + root + "/jobs/").build());

    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(response.headers().firstValue("Location")).contains(root + "/jobs/");
    String line = " requested to kill job " + job + " of " + driver.applicationId();
    await().untilAsserted(() -> assertThat(history.server().log()).contains(line));
    await()
        .untilAsserted(
            () ->
                assertThat(history.server().get(jobs + "/" + job).body())
                    .contains("Too long", "FAILED"));
  }

  private static List<JsonObject> list(HistoryServerProcess server, String path) {
    return StreamSupport.stream(
            JsonParser.parseString(server.get(path).body()).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
