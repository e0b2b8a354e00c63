// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The History Server's tables in a browser. Its own entries, among them an application of two
 * attempts, and the entries of the filter have the same form.
 */
@Tag("smoke-spark4")
@Tag("war")
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#underTest")
class ListTableIT {
  private static final String LIST = "/api/v1/applications";
  private static final String TITLE = "Team <b>Blue</b> & Co";
  private static final String HEAD = "h3:has(span.version)";
  private static final String LIVE = "app-live";
  private static final String ENDED = "app-ended";
  private static final String LOGGED = "app-logged";
  private static final String NAME = "Daily <b>sales</b>";
  // Spark adds pagination from 20 rows on.
  private static final int OTHERS = 20;
  private static final Instant START = Instant.parse("2026-01-30T18:00:00Z");

  private static FakeDriver live;
  private static FakeDriver ended;
  private static FakeDriver logged;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  private Chromium browser;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    EventLogs logs = EventLogs.newDirectory("table-" + version);
    TwoAttempts.writeTo(logs);
    for (int i = 0; i < OTHERS; i++) {
      Instant start = START.plusSeconds(i);
      logs.write(LoggedApplication.startedAt(start, "done-" + i).endedAt(start.plusSeconds(9)));
      logs.write(LoggedApplication.startedAt(start, "killed-" + i));
    }
    logs.write(LoggedApplication.startedAt(START, LOGGED).named(NAME).by("<i>ada</i>"));
    live = driver(LIVE);
    ended = driver(ENDED);
    logged = driver(LOGGED);
    String drivers = Stream.of(live, ended, logged).map(FakeDriver::address).toList().toString();
    server =
        LiveHistoryServer.builder(logs, version, drivers.replaceAll("[\\[\\] ]", ""), "2s")
            .property("spark.history.ui.title", TITLE)
            .start();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(ids("?status=running")).contains(LIVE, ENDED, LOGGED));
    ended.close();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(ids("?status=completed")).contains(ENDED, TwoAttempts.COMPLETED));
  }

  private static FakeDriver driver(String id) {
    FakeDriver driver =
        new FakeDriver(RunningApplication.of(id).withName(NAME).withUser("<i>ada</i>"));
    driver.respondToAllButList(Script.silence());
    return driver;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    Stream.of(live, ended, logged).forEach(FakeDriver::close);
  }

  @BeforeEach
  void take(Chromium browser) {
    this.browser = browser;
  }

  @ParameterizedTest
  @CsvSource({
    "/, " + ENDED + ", " + TwoAttempts.COMPLETED,
    "/?showIncomplete=true, " + LIVE + ", " + TwoAttempts.INCOMPLETE
  })
  void sortsPagesAndSearchesBothTables(String page, String added, String ofTwoAttempts) {
    browser.open(server.uri() + page);
    awaitRows(20);
    assertThat(browser.text("#history-summary-table_info")).contains("of " + rows(page));

    int columns = browser.count("#history-summary-table thead th");
    for (int column = 1; column <= columns; column++) {
      String header = "#history-summary-table thead th:nth-child(" + column + ")";
      browser.click(header);
      browser.click(header);
    }
    browser.click("#history-summary .next a, #history-summary .next");
    awaitRows(rows(page) - 20);

    search(added);
    awaiting(() -> assertThat(shownIds()).containsExactly(added));
    search(ofTwoAttempts);
    awaiting(() -> assertThat(shownIds()).containsExactly(ofTwoAttempts));
    awaitRows(2);
    // The table stores its last search there.
    browser.run("localStorage.clear()");
  }

  @Test
  void givesAddedEntriesTheSameFieldsAndTypes() {
    Map<String, String> own = fields(entry("done-1"));
    for (String id : List.of(ENDED, LIVE)) {
      assertThat(fields(entry(id))).as(id).isEqualTo(own);
    }
    JsonObject ownAttempt = entry("done-1").getAsJsonArray("attempts").get(0).getAsJsonObject();
    for (String id : List.of(ENDED, LIVE)) {
      JsonObject attempt = entry(id).getAsJsonArray("attempts").get(0).getAsJsonObject();
      assertThat(fields(attempt)).as(id).isEqualTo(fields(ownAttempt));
    }
    assertThat(JsonParser.parseString(server.get(LIST + "/" + ENDED).body()))
        .isEqualTo(entry(ENDED));
  }

  @Test
  void matchesNameAndUserOfOverview() {
    for (String id : List.of(ENDED, LIVE, LOGGED)) {
      JsonObject listed = entry(id);
      JsonObject attempt = listed.getAsJsonArray("attempts").get(0).getAsJsonObject();
      awaiting(
          () -> {
            JsonObject shown = find("/sparkui/-/applications", id);
            assertThat(shown.get("name")).as(id).isEqualTo(listed.get("name"));
            assertThat(shown.get("user")).as(id).isEqualTo(attempt.get("sparkUser"));
          });
    }
    assertThat(entry(LOGGED).get("name").getAsString()).isEqualTo(NAME);
    assertThat(entry(LIVE).get("name").getAsString()).isEqualTo("Daily ‹b>sales‹/b>");
  }

  /** Spark has the titles from 4.0 on. */
  @Test
  void usesHistoryServerTitleOnEveryPage() {
    boolean titled = !version.line().equals("3.5");
    String title = titled ? TITLE : "History Server";
    browser.open(server.uri() + "/");
    awaitRows(20);
    assertThat(browser.run("return document.title")).isEqualTo(title);
    assertThat(browser.texts(HEAD)).singleElement().asString().contains(title);

    String addition = titled ? " - " + TITLE : "";
    browser.open(server.uri() + "/sparkui/");
    assertThat(browser.run("return document.title")).isEqualTo("Running now" + addition);
    assertThat(browser.texts(HEAD)).containsExactly(version + " " + title);

    String waiting = server.uri() + "/sparkui/" + ENDED + "/jobs/";
    browser.expect(waiting);
    browser.open(waiting);
    assertThat(browser.run("return document.title")).asString().endsWith(addition);
    assertThat(browser.texts(HEAD)).containsExactly(version + " " + title);
  }

  private void search(String text) {
    browser.type("#history-summary input[type=search]", text);
  }

  /** The number of rows in the table: a row per attempt. */
  private static int rows(String page) {
    return OTHERS + 2 + (page.equals("/") ? 1 : 2);
  }

  private void awaitRows(int rows) {
    awaiting(() -> assertThat(browser.count("#history-summary tbody tr")).isEqualTo(rows));
  }

  /** Without repetitions: grouped rows share one cell, and have hidden ones. */
  private List<String> shownIds() {
    return browser.texts("#history-summary tbody td:nth-child(2) span a").stream()
        .distinct()
        .toList();
  }

  private static List<String> ids(String query) {
    return entries(JsonParser.parseString(server.get(LIST + query).body()))
        .map(entry -> entry.get("id").getAsString())
        .toList();
  }

  private static JsonObject entry(String id) {
    return find(LIST, id);
  }

  private static JsonObject find(String path, String id) {
    JsonElement all = JsonParser.parseString(server.get(path).body());
    return entries(all.isJsonObject() ? all.getAsJsonObject().get("applications") : all)
        .filter(entry -> entry.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<JsonObject> entries(JsonElement list) {
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  /** The names of the fields, with the types of their values. */
  private static Map<String, String> fields(JsonObject object) {
    Map<String, String> fields = new TreeMap<>();
    object.asMap().forEach((name, value) -> fields.put(name, type(value)));
    return fields;
  }

  private static String type(JsonElement value) {
    if (!value.isJsonPrimitive()) {
      return value.getClass().getSimpleName();
    }
    return value.getAsJsonPrimitive().isString()
        ? "text"
        : value.getAsJsonPrimitive().isNumber() ? "number" : "boolean";
  }
}
