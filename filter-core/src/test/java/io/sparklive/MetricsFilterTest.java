// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.harness.Scrape;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each event is counted once, in the right metric. */
@ParameterizedClass
@NewestContainer
class MetricsFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID + "/jobs/";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String SMALL_RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final Pattern OUTCOME =
      Pattern.compile("spark_live_history_proxied_requests_total\\{outcome=\"(.*)\"}");

  @Parameter private Container container;
  private final HistoryServerPlan plan = new HistoryServerPlan().parameter("driversRefresh", "1h");
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  @Test
  void servesUncachedMetricsWithoutLogin() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE), plan.parameter("requireUser", "true"));

    Reply text = server.get(Scrape.PATH);

    assertThat(text.status()).isEqualTo(200);
    assertThat(text.header("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.header("Cache-Control")).contains("no-store");
    assertThat(text.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(text.header("X-Frame-Options")).contains("SAMEORIGIN");
    assertThat(text.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(text.text())
        .contains(
            "spark_live_history_applications{namespace=\"\",state=\"live\",verdict=\"running\"} 1.0\n")
        .contains("spark_live_history_source_up{scope=\"1 address\",source=\"static\"} 1.0\n")
        .doesNotContain(ID, driver.address(), "Night shift", "127.0.0.1");
    assertThat(server.get(Scrape.PATH, "Accept", "application/openmetrics-text").text())
        .endsWith("# EOF\n");
    assertThat(server.request("HEAD", Scrape.PATH).status()).isEqualTo(200);
    Reply post = server.request("POST", Scrape.PATH);
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("Allow")).contains("GET, HEAD");
  }

  @ParameterizedTest
  @CsvSource({"200 OK, 2xx", "302 Found, 3xx", "404 Not Found, 4xx", "500 Oops, 5xx"})
  void countsResponseByStatus(String status, String outcome) throws Exception {
    start(connection -> connection.write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"));

    server.get(LIVE);

    assertCounted(outcome);
  }

  @Test
  void countsDeniedRequest() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE), plan.parameter("requireUser", "true"));

    assertThat(server.get(LIVE).status()).isEqualTo(401);

    Scrape scrape = Scrape.of(server);
    assertThat(scrape.proxied("denied")).isOne();
    assertThat(scrape.value("proxied_request_duration_seconds_count")).isZero();
  }

  @Test
  void countsUnreachableDriver() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.close();

    assertThat(server.get(LIVE).status()).isEqualTo(503);

    assertCounted("unreachable");
  }

  @Test
  void countsTimeoutOfUnresponsiveDriver() throws Exception {
    start(Script.silence(), plan.parameter("responseTimeout", "600ms"));

    assertThat(server.get(LIVE).status()).isEqualTo(504);

    assertCounted("timed_out");
    assertThat(Scrape.of(server).value("proxied_request_duration_seconds_sum")).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000, 100_000})
  void countsTruncatedResponseAsAborted(int bytes) throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(bytes)));

    takeAll();

    assertCounted("driver_aborted");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000, 100_000})
  void countsResponseTruncatedBetweenChunksAsAborted(int bytes) throws Exception {
    start(connection -> connection.write(CHUNKED + chunk(bytes)));

    takeAll();

    assertCounted("driver_aborted");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000, 100_000})
  void countsStalledResponseAsAborted(int bytes) throws Exception {
    start(
        connection -> {
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
          connection.write("x".repeat(bytes));
          connection.awaitClose();
        },
        plan.parameter("responseTimeout", "600ms"));

    takeAll();

    assertCounted("driver_aborted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", CHUNKED})
  void countsResponseWithoutBodyAsUnreachable(String beginning) throws Exception {
    start(connection -> connection.write(beginning));

    assertThat(server.get(LIVE).status()).isEqualTo(502);

    assertCounted("unreachable");
  }

  private void takeAll() {
    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE);
      browser.readToEnd();
    }
  }

  private static String chunk(int bytes) {
    return Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n";
  }

  @Test
  void countsResponseAbortedByBrowser() throws Exception {
    start(
        connection -> {
          connection.write(CHUNKED);
          while (true) {
            connection.write(chunk(8_000));
          }
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE);
      assertThat(browser.head().status()).isEqualTo(200);
    }

    assertCounted("client_aborted");
  }

  /** The metric may change only after the response is complete. */
  @ParameterizedTest
  @ValueSource(ints = {10, 1_000_000})
  void releasesPermitIfBrowserDisconnectsEarly(int bytes) throws Exception {
    CountDownLatch mayRespond = new CountDownLatch(1);
    start(
        connection -> {
          mayRespond.await();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
          connection.write("x".repeat(bytes));
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE);
      await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(1));
    }
    mayRespond.countDown();

    await().untilAsserted(() -> assertThat(outcomes()).hasSize(1));
    assertThat(outcomes()).containsAnyOf("2xx", "client_aborted");
    assertThat(Scrape.of(server).value("proxied_requests_in_progress")).isZero();
  }

  @Test
  void countsAbortedUploadAsBadRequest() throws Exception {
    start(connection -> connection.in().readAllBytes());

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE, "Content-Length", "1000");
      browser.write("some");
      await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(1));
    }

    assertCounted("bad_request");
  }

  @Test
  void countsWrongDriverAtAddress() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.refuse();
    driver.run("app-2");

    assertThat(server.get(LIVE).status()).isEqualTo(502);

    assertCounted("wrong_driver");
  }

  @Test
  void countsRequestsAndConnectionsInProgress() throws Exception {
    CountDownLatch mayRespond = new CountDownLatch(1);
    start(
        connection -> {
          mayRespond.await();
          connection.write(SMALL_RESPONSE);
          connection.awaitClose();
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE);
      await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(1));
      Scrape during = Scrape.of(server);
      assertThat(during.value("proxied_requests_in_progress")).isOne();
      assertThat(during.value("driver_connections{state=\"active\"}")).isOne();
      assertThat(during.value("driver_connections{state=\"idle\"}")).isZero();
      mayRespond.countDown();
      assertThat(browser.reply("GET").text()).isEqualTo("ok");
    }

    await()
        .untilAsserted(
            () -> {
              Scrape after = Scrape.of(server);
              assertThat(after.value("proxied_requests_in_progress")).isZero();
              assertThat(after.value("driver_connections{state=\"active\"}")).isZero();
              assertThat(after.value("driver_connections{state=\"idle\"}")).isOne();
            });
  }

  @Test
  void countsListMergesByResult() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));

    server.get("/api/v1/applications");
    assertMerged(1, 0, 0);

    plan.lists(ID, CatalogStatus.COMPLETE);
    server.get("/api/v1/applications");
    assertMerged(1, 1, 0);

    plan.catalog().failAfter(0);
    server.get("/api/v1/applications");
    assertMerged(1, 1, 1);
  }

  @Test
  void countsHandoffOnceHistoryIsComplete() throws Exception {
    start(
        connection -> connection.write(SMALL_RESPONSE), plan.parameter("driversRefresh", "100ms"));
    driver.close();
    await().untilAsserted(() -> assertThat(applications("ended", "ended")).isOne());
    assertThat(applications("live", "running")).isZero();
    assertThat(Scrape.of(server).value("handoffs_total{outcome=\"completed\"}")).isZero();

    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    await()
        .untilAsserted(
            () ->
                assertThat(Scrape.of(server).value("handoffs_total{outcome=\"completed\"}"))
                    .isOne());
    assertThat(Scrape.of(server).value("handoff_duration_seconds_count")).isOne();
  }

  @Test
  void countsTimedOutHandoffSeparately() throws Exception {
    start(
        connection -> connection.write(SMALL_RESPONSE),
        plan.parameter("driversRefresh", "100ms").parameter("handoffTimeout", "1s"));
    driver.close();

    await()
        .untilAsserted(
            () ->
                assertThat(Scrape.of(server).value("handoffs_total{outcome=\"timed_out\"}"))
                    .isOne());
    assertThat(Scrape.of(server).value("handoff_duration_seconds_count")).isZero();
  }

  private double applications(String state, String verdict) {
    return Scrape.of(server)
        .value("applications{namespace=\"\",state=\"" + state + "\",verdict=\"" + verdict + "\"}");
  }

  private void start(Script script) throws Exception {
    start(script, plan);
  }

  /** By default, the filter polls the driver once, so it stays live for all tests. */
  private void start(Script script, HistoryServerPlan as) throws Exception {
    driver = new FakeDriver(ID);
    driver.respondToProxied(script);
    server = container.start(as.drivers(driver.address()));
    OneLiveApplication.awaitLive(server, 1);
  }

  /** One request was forwarded with this outcome; the metric may change a moment later. */
  private void assertCounted(String outcome) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(outcomes()).containsExactly(outcome));
    Scrape scrape = Scrape.of(server);
    assertThat(scrape.value("proxied_request_duration_seconds_count")).isOne();
    assertThat(scrape.value("proxied_requests_in_progress")).isZero();
  }

  /** The number of requests with each outcome. */
  private List<String> outcomes() {
    List<String> all = new ArrayList<>();
    Scrape.of(server)
        .values()
        .forEach(
            (series, count) -> {
              Matcher outcome = OUTCOME.matcher(series);
              if (outcome.matches()) {
                all.addAll(Collections.nCopies(count.intValue(), outcome.group(1)));
              }
            });
    return all;
  }

  private void assertMerged(int merged, int unchanged, int failed) {
    Scrape scrape = Scrape.of(server);
    assertThat(scrape.value("list_merges_total{outcome=\"merged\"}")).isEqualTo(merged);
    assertThat(scrape.value("list_merges_total{outcome=\"unchanged\"}")).isEqualTo(unchanged);
    assertThat(scrape.value("list_merges_total{outcome=\"failed\"}")).isEqualTo(failed);
  }
}
