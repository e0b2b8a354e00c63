// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.shared.SharedDrivers;
import io.sparklive.it.shared.SharedHistories;
import io.sparklive.it.shared.SharedHistory;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers without an event log, of every line, in the History Server of one line. */
@Tag("smoke-spark4")
@Tag("smoke-spark3")
@Tag("smoke-war")
@Tag("war")
@ExtendWith(SharedHistories.class)
@ParameterizedClass
// All combinations of History Server and driver versions, even those that are done.
@MethodSource("io.sparklive.testkit.SparkVersion#all")
class LiveApplicationsIT {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"");
  private static final Pattern EPOCHS =
      Pattern.compile("(?:\\s+\"[a-zA-Z]+Epoch\" : [^,\\n]+,?){3}");

  private static final Pattern NONCE = Pattern.compile("nonce=\"[^\"]*\"");

  private static HistoryServerProcess server;
  private static List<DriverProcess> drivers;
  private static String completed;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version, SharedHistories.Registry shared) {
    SharedHistory history = shared.history(version);
    server = history.server();
    drivers = history.drivers().all();
    completed = history.completed();
  }

  @Test
  void areListedAsRunningAfterCompletedOnes() {
    List<String> running =
        drivers.stream()
            .map(DriverProcess::applicationId)
            .sorted(Comparator.reverseOrder())
            .toList();
    List<String> all = new ArrayList<>(List.of(completed));
    all.addAll(running);

    assertThat(ids(server, "")).isEqualTo(all);
    assertThat(ids(server, "?status=running")).isEqualTo(running);
    assertThat(ids(server, "?status=completed")).containsExactly(completed);
  }

  @Test
  void haveSameListEntryAsInDriver() {
    for (DriverProcess driver : drivers) {
      String own = entryWithoutClock(driver.get("/api/v1/applications").body(), driver);
      String listed = entryWithoutClock(server.get("/api/v1/applications").body(), driver);
      // A History Server from 4.2 on has these fields, a driver does not.
      String common = listed.replaceAll("\n *\"logSource(?:Name|FullPath)\" : \"\",", "");
      // From 4.3 on, both have the field.
      assertThat(
              own.contains("\"exitCode\"")
                  ? common
                  : common.replaceAll("\n *\"exitCode\" : 0,", ""))
          .isEqualTo(own);
    }
  }

  @Test
  void showTableIfNoOtherApplicationRuns() {
    for (String path : List.of("/", "/home", "/jobs/", "/any/path/at/all")) {
      String page = server.get(path + "?showIncomplete=true").body();
      assertThat(page)
          .contains("id=\"history-summary\"")
          .contains("setAppLimit(")
          .doesNotContain("No incomplete applications found");
    }
  }

  @Test
  void keepLinksOfLiveUiUnderTheirPath() {
    for (DriverProcess driver : drivers) {
      for (String base : List.of("/sparkui/", "/proxy/")) {
        String root = base + driver.applicationId();
        HttpResponse<String> page = server.get(root + "/jobs/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains(SharedDrivers.RUNNING, SharedDrivers.DONE);
        assertThat(links(page.body())).isNotEmpty().allMatch(link -> link.startsWith(root + "/"));
        assertThat(page.body()).doesNotContain(driver.address());
      }
    }
  }

  @Test
  void keepDriverRedirectsUnderTheirPath() {
    for (DriverProcess driver : drivers) {
      String root = "/sparkui/" + driver.applicationId();
      assertRedirects(root, root + "/");
      assertRedirects(root + "/", root + "/jobs/");
      assertRedirects(
          "/proxy/" + driver.applicationId() + "/", "/proxy/" + driver.applicationId() + "/jobs/");
    }
  }

  @Test
  void serveStaticFilesByteForByte() {
    for (DriverProcess driver : drivers) {
      assertThat(server.get("/sparkui/" + driver.applicationId() + "/static/webui.css").body())
          .isNotEmpty()
          .isEqualTo(driver.get("/static/webui.css").body());
    }
  }

  @Test
  void passThroughCompressedPagesByteForByte() throws Exception {
    for (DriverProcess driver : drivers) {
      String root = "/sparkui/" + driver.applicationId();
      HttpResponse<byte[]> direct =
          compressed("http://" + driver.address() + "/environment/", root);
      HttpResponse<byte[]> through = compressed(server.uri() + root + "/environment/", "");

      assertThat(through.headers().allValues("Content-Encoding")).containsExactly("gzip");
      if (NONCE.matcher(text(direct)).find()) {
        // From 4.3 on, each page has a nonce of its own.
        assertThat(NONCE.matcher(text(through)).replaceAll("nonce"))
            .isEqualTo(NONCE.matcher(text(direct)).replaceAll("nonce"));
      } else {
        assertThat(through.body()).isEqualTo(direct.body());
      }
    }
  }

  /** A page as a browser requests it, below this path in its links. */
  private static HttpResponse<byte[]> compressed(String uri, String context) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .header("Accept", "text/html,*/*;q=0.8")
            .header("Accept-Encoding", "gzip")
            .header("X-Forwarded-Context", context)
            .build();
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return response;
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void redirectHistoryPageToLiveUi() {
    for (DriverProcess driver : drivers) {
      String id = driver.applicationId();
      assertRedirects("/history/" + id + "/jobs/", "/sparkui/" + id + "/jobs/");
      assertRedirects("/history/" + id, "/sparkui/" + id + "/");
      assertRedirects(
          "/history/" + id + "/1/stages/stage/?id=0&attempt=0",
          "/sparkui/" + id + "/stages/stage/?id=0&attempt=0");
    }
  }

  @Test
  void redirectLiveUiToHistoryOnceComplete() {
    assertRedirects(
        "/sparkui/" + completed + "/stages/?a=b%20c", "/history/" + completed + "/stages/?a=b%20c");
    assertRedirects("/proxy/" + completed + "/jobs/", "/history/" + completed + "/jobs/");
    // The first request for a history loads it, and is redirected to the same address.
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/history/" + completed + "/jobs/").body())
                    .contains("Squares"));
  }

  @Test
  void returnSameJobsJsonAsDriver() {
    for (DriverProcess driver : drivers) {
      String path = "/api/v1/applications/" + driver.applicationId() + "/jobs";
      assertThat(server.get(path).body()).isEqualTo(driver.get(path).body());
    }
  }

  /** All of https://spark.apache.org/docs/latest/monitoring.html#rest-api, but for event logs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/jobs",
        "/jobs?status=running",
        "/jobs/1",
        "/jobs/7",
        "/stages",
        "/stages?status=active&details=true&withSummaries=true",
        "/stages/0",
        "/stages/0/0",
        "/stages/0/0/taskSummary?quantiles=0.1,0.9",
        "/stages/0/0/taskList?offset=0&length=1&sortBy=-runtime",
        "/stages/9",
        "/executors",
        "/executors/driver/threads",
        "/allexecutors",
        "/allmiscellaneousprocess",
        "/storage/rdd",
        "/storage/rdd/1",
        "/environment",
        "/sql",
        "/sql?details=false&length=1",
        "/sql/0",
        "/streaming/statistics",
        "/streaming/receivers",
        "/streaming/batches",
        "/no/such/thing"
      })
  void matchDriverOnEveryRestEndpoint(String endPoint) {
    for (DriverProcess driver : drivers) {
      String path = "/api/v1/applications/" + driver.applicationId() + endPoint;
      // A job of the driver may make progress between the two responses.
      await()
          .untilAsserted(
              () -> {
                HttpResponse<String> own = driver.get(path);
                HttpResponse<String> through = server.get(path);
                assertThat(through.statusCode()).as(path).isEqualTo(own.statusCode());
                assertThat(withoutNumbers(through)).as(path).isEqualTo(withoutNumbers(own));
              });
    }
  }

  @Test
  void downloadEventLogFromHistoryServerElseDriver() {
    assertThat(server.get("/api/v1/applications/" + completed + "/logs").statusCode())
        .isEqualTo(200);
    for (DriverProcess driver : drivers) {
      for (String attempt : List.of("", "/1")) {
        String path = "/api/v1/applications/" + driver.applicationId() + attempt + "/logs";
        HttpResponse<String> own = driver.get(path);
        HttpResponse<String> through = server.get(path);
        assertThat(through.statusCode()).as(path).isEqualTo(own.statusCode()).isEqualTo(200);
        assertThat(through.headers().firstValue("Content-Disposition"))
            .as(path)
            .isPresent()
            .isEqualTo(own.headers().firstValue("Content-Disposition"));
      }
    }
    assertThat(server.get("/api/v1/applications/app-unknown/logs").statusCode()).isEqualTo(404);
  }

  @Test
  void respondNotFoundForUnknownId() {
    assertThat(server.get("/sparkui/app-unknown/jobs/").statusCode()).isEqualTo(404);
    assertThat(server.get("/sparkui/app-unknown/jobs/").body()).contains("No such application");
    assertThat(server.get("/api/v1/applications/app-unknown/jobs").body()).contains("no such app");
    assertThat(server.get("/history/app-unknown/jobs/").statusCode()).isEqualTo(404);
  }

  @Test
  void keepPrefixInEveryLinkAndRedirect() {
    String id = drivers.get(0).applicationId();
    for (String header : List.of("X-Forwarded-Context", "X-Forwarded-Prefix")) {
      String root = "/hs/sparkui/" + id;
      assertThat(links(server.get("/sparkui/" + id + "/jobs/", header, "/hs").body()))
          .isNotEmpty()
          .allMatch(link -> link.startsWith(root + "/"));
      assertThat(location(server.get("/sparkui/" + id + "/", header, "/hs")))
          .isEqualTo(root + "/jobs/");
      assertThat(location(server.get("/history/" + id + "/jobs/", header, "/hs")))
          .isEqualTo(root + "/jobs/");
      assertThat(server.get("/?showIncomplete=true", "X-Forwarded-Context", "/hs").body())
          .contains("src=\"/hs/static/historypage.js\"");
    }
  }

  /** Times and sizes change between requests; threads start and end, and have numbers. */
  private static String withoutNumbers(HttpResponse<String> response) {
    String body = response.request().uri().getPath().endsWith("/threads") ? "" : response.body();
    return response.headers().firstValue("Content-Type").orElse("none")
        + "\n"
        + body.replaceAll("[0-9]+([.][0-9]+)?(E-?[0-9]+)?", "0");
  }

  private void assertRedirects(String from, String to) {
    HttpResponse<String> response = server.get(from);
    assertThat(response.statusCode()).as(from).isEqualTo(302);
    assertThat(location(response)).isEqualTo(to);
  }

  private static String location(HttpResponse<String> response) {
    return response.headers().firstValue("Location").orElse("none");
  }

  private static List<String> links(String html) {
    List<String> links = new ArrayList<>();
    Matcher link = LINK.matcher(html);
    while (link.find()) {
      links.add(link.group(1));
    }
    return links;
  }

  /** The text of one entry of the list, without the parts that change with time. */
  private static String entryWithoutClock(String list, DriverProcess driver) {
    int start = list.indexOf("{\n  \"id\" : \"" + driver.applicationId() + "\"");
    String entry = list.substring(start, list.indexOf("\n}", start) + 2);
    JsonObject parsed = JsonParser.parseString(entry).getAsJsonObject();
    assertThat(parsed.get("name").getAsString()).startsWith("Live on ");
    return withEpochsInOrder(
        entry.replaceAll("(\"(?:duration|lastUpdated|lastUpdatedEpoch)\" : )[^,\\n]+", "$1…"));
  }

  /**
   * These three fields come from methods of Spark's class, in the order of reflection. It varies
   * between starts of a driver.
   */
  private static String withEpochsInOrder(String entry) {
    return EPOCHS
        .matcher(entry)
        .replaceAll(
            epochs ->
                Stream.of(epochs.group().split(",")).sorted().collect(Collectors.joining(",")));
  }
}
