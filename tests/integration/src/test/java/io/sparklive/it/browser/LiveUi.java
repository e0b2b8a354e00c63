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
 * The live UI of a driver in the browser, and the driver itself for comparison.
 *
 * @param browser the browser
 * @param root the address of the live UI in the browser, without a slash at the end
 * @param driver the driver, for direct requests
 */
record LiveUi(Chromium browser, URI root, DriverProcess driver) {

  /** Opens one of its pages. */
  void open(String page) {
    browser.open(root + page);
  }

  /** The driver's own response below {@code /api/v1/applications/<id>}. */
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

  /** The number of entries of such a list with each {@code status}. */
  Map<String, Long> statuses(String path) {
    return restList(path).stream()
        .collect(
            Collectors.groupingBy(
                entry -> entry.get("status").getAsString(), Collectors.counting()));
  }

  /**
   * Starts a job that ends only by a kill.
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

  /** The driver's report of a job. */
  JsonObject job(String id) {
    return rest("/jobs/" + id).getAsJsonObject();
  }

  /** Its {@code status}. */
  String statusOf(String job) {
    return job(job).get("status").getAsString();
  }

  /** Waits until a table has as many rows as at the driver. */
  void assertRows(String table, long rows) {
    awaiting(() -> assertThat(browser.count(table + " > tbody > tr")).as(table).isEqualTo(rows));
  }

  /** Scripts fill the pages, a moment after they are loaded. */
  static void awaiting(ThrowingRunnable assertion) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(assertion);
  }

  /**
   * Asserts that since the page was opened no request failed or left the live UI. Also that the
   * browser received no address of the driver, and that no markup of a user ran.
   *
   * @param errorsOfSpark the console errors of the driver's own page
   */
  void assertNoErrors(String... errorsOfSpark) {
    PageActivity activity = browser.activity();
    Stream.of(errorsOfSpark).forEach(browser::expect);
    assertThat(activity.errors())
        .filteredOn(error -> Stream.of(errorsOfSpark).noneMatch(error::contains))
        .as("console")
        .isEmpty();
    assertThat(activity.dialogs()).as("dialogs").isEmpty();
    assertStaysHere(activity);
  }

  /** The same, without the console and dialogs. */
  void assertStaysHere(PageActivity activity) {
    assertThat(activity.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
    assertThat(activity.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(root + "/"))
        .as("requests to elsewhere")
        .isEmpty();
    for (Exchange exchange : activity.exchanges()) {
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
        .as("links to other addresses: the link to the History Server")
        .containsExactly(home());
    assertThat(browser.count("img[src='x']")).isZero();
  }

  /** The History Server's list. */
  private String home() {
    return root.toString().replaceFirst("[^/]+/[^/]+$", "");
  }

  /**
   * The name of Jetty's threads contains their address: {@code
   * …ServerConnector@1{HTTP/1.1}{host:port}}.
   */
  private String withoutThreadNames(String body) {
    return body.replace("{" + driver.address() + "}", "");
  }
}
