// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two History Servers behind one address. One discovers the driver, the other has read the whole
 * event log already.
 */
@Tag("war")
class TwoHistoryServersIT {
  private static final int FEW = 5;
  private static final int FAR_TOO_MANY = 20;

  @TempDir private Path noLogs;
  @TempDir private Path eventLogs;

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
  void causeNoRedirectLoop(SparkVersion version) throws IOException, InterruptedException {
    List<Integer> port = FreePorts.next(1);
    String address = FreePorts.addresses(port);
    try (BackgroundStart<HistoryServerProcess> startingBehind =
            new BackgroundStart<>(
                ShortTimeoutHistoryServer.historyServer(version, noLogs, address)::start);
        BackgroundStart<HistoryServerProcess> startingAhead =
            new BackgroundStart<>(
                ShortTimeoutHistoryServer.historyServer(version, eventLogs, address)::start);
        DriverProcess driver =
            DriverProcess.builder(version, "Disputed").uiPort(port.get(0)).start()) {
      HistoryServerProcess behind = startingBehind.get();
      HistoryServerProcess ahead = startingAhead.get();
      String id = driver.applicationId();
      new EventLogs(eventLogs)
          .write(
              LoggedApplication.startedAt(Instant.now().minusSeconds(60), id)
                  .endedAt(Instant.now()));
      awaitState(behind, id, ListedState.RUNNING);
      // The list of this one is complete before its filter is ready.
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          ahead.get("/sparkui/" + id + "/jobs/").headers().firstValue("Location"))
                      .contains("/history/" + id + "/jobs/"));

      List<AlternatingProxy.Choice> choices =
          List.of(
              (number, path) -> (number % 2 == 0 ? behind : ahead).uri(),
              (number, path) -> (number % 2 == 0 ? ahead : behind).uri(),
              // Each time, the server that redirects.
              (number, path) -> (path.startsWith("/sparkui/") ? ahead : behind).uri());
      for (AlternatingProxy.Choice choice : choices) {
        for (String first :
            List.of(
                "/history/" + id + "/", "/history/" + id + "/jobs/", "/sparkui/" + id + "/jobs/")) {
          assertArrives(choice, first);
        }
      }
    }
  }

  private static void assertArrives(AlternatingProxy.Choice choice, String first)
      throws IOException, InterruptedException {
    try (AlternatingProxy address = new AlternatingProxy(choice)) {
      HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
      List<String> way = new ArrayList<>();
      URI next = address.uri().resolve(first);
      HttpResponse<String> response;
      do {
        response =
            browser.send(
                HttpRequest.newBuilder(next).build(), HttpResponse.BodyHandlers.ofString());
        way.add(response.statusCode() + " " + next.getRawPath());
        next = next.resolve(response.headers().firstValue("Location").orElse(""));
      } while (response.statusCode() / 100 == 3 && way.size() < FAR_TOO_MANY);
      assertThat(way).hasSizeLessThanOrEqualTo(FEW);
      assertThat(response.statusCode()).as("%s", way).isIn(200, 503);
      assertThat(response.body()).as("%s", way).contains(id(first));
    }
  }

  private static String id(String path) {
    return path.split("/", 4)[2];
  }
}
