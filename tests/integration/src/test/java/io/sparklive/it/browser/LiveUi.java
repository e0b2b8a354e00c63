// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.PageActivity;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.core.ThrowingRunnable;

/**
 * The live UI of a driver as the browser shows it, and the driver itself, to compare the two.
 *
 * @param browser shows it
 * @param root where it is for the browser, without a slash at the end
 * @param driver the driver, asked directly
 */
record LiveUi(Chromium browser, URI root, DriverProcess driver) {

  /** Opens one of its pages. */
  void open(String page) {
    browser.open(root + page);
  }

  /** What the driver itself answers below {@code /api/v1/applications/<id>} now. */
  JsonElement rest(String path) {
    return JsonParser.parseString(
        driver.get("/api/v1/applications/" + driver.applicationId() + path).body());
  }

  /** The same, for a list. */
  List<JsonObject> restList(String path) {
    JsonArray list = rest(path).getAsJsonArray();
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  /** How many entries of such a list have each {@code status}. */
  Map<String, Long> statuses(String path) {
    return restList(path).stream()
        .collect(
            Collectors.groupingBy(
                entry -> entry.get("status").getAsString(), Collectors.counting()));
  }

  /**
   * Starts a job that only ends when it is killed.
   *
   * @return its id
   */
  String startJobToKill() {
    int before = restList("/jobs").size();
    driver.startJob("To be killed", 2, Duration.ofHours(1));
    await().untilAsserted(() -> assertThat(restList("/jobs")).hasSize(before + 1));
    return restList("/jobs").stream()
        .map(job -> job.get("jobId").getAsInt())
        .max(Comparator.naturalOrder())
        .map(String::valueOf)
        .orElseThrow();
  }

  /** What the driver says of a job. */
  JsonObject job(String id) {
    return rest("/jobs/" + id).getAsJsonObject();
  }

  /** Its {@code status}. */
  String statusOf(String job) {
    return job(job).get("status").getAsString();
  }

  /** A table of which the driver has so many rows, once it is filled. */
  void assertRows(String table, long rows) {
    awaiting(() -> assertThat(browser.count(table + " > tbody > tr")).as(table).isEqualTo(rows));
  }

  /** Pages are filled by scripts, a moment after they are there. */
  static void awaiting(ThrowingRunnable assertion) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(assertion);
  }

  /**
   * That since the page was opened nothing failed, nothing was asked for elsewhere, the browser has
   * not read the driver's own address, and nothing that a user wrote was run.
   *
   * @param errorsOfSpark what the console says where the driver is asked directly too
   */
  void assertUntroubled(String... errorsOfSpark) {
    PageActivity seen = browser.activity();
    Stream.of(errorsOfSpark).forEach(browser::expect);
    assertThat(seen.errors())
        .filteredOn(error -> Stream.of(errorsOfSpark).noneMatch(error::contains))
        .as("console")
        .isEmpty();
    assertThat(seen.dialogs()).as("dialogs").isEmpty();
    assertStaysHere(seen);
  }

  /** The same, but for what the console and dialogs say. */
  void assertStaysHere(PageActivity seen) {
    assertThat(seen.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
    assertThat(seen.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(root + "/"))
        .as("requests to elsewhere")
        .isEmpty();
    for (Exchange exchange : seen.exchanges()) {
      assertThat(withoutThreadNames(exchange.body().orElse("")))
          .as(exchange.url())
          .doesNotContain(driver.address());
      assertThat(exchange.headers().values())
          .as(exchange.url())
          .noneMatch(value -> value.contains(driver.address()));
    }
    assertThat(browser.url()).startsWith(root + "/");
    assertThat(browser.targets("a[href]"))
        .filteredOn(target -> target.startsWith("http") && !target.startsWith(root + "/"))
        .as("links that lead elsewhere: the link to the History Server")
        .containsExactly(home());
    assertThat(browser.count("img[src='x']")).isZero();
  }

  /** The History Server's list. */
  private String home() {
    return root.toString().replaceFirst("[^/]+/[^/]+$", "");
  }

  /**
   * Jetty calls its threads by where they listen: {@code …ServerConnector@1{HTTP/1.1}{host:port}}.
   */
  private String withoutThreadNames(String body) {
    return body.replace("{" + driver.address() + "}", "");
  }
}
