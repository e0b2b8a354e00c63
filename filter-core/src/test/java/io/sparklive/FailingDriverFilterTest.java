// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that fail, and browsers that close the connection. */
@ParameterizedClass
@EnumSource(Container.class)
class FailingDriverFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String REST = "/api/v1/applications/" + ID;
  private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(600);
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String SMALL_RESPONSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

  @Parameter private Container container;
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  @Test
  void reportsEndingApplicationIfDriverRefusesConnections() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.close();

    Reply page = server.get(LIVE + "/jobs/");
    assertThat(page.status()).isEqualTo(503);
    assertThat(page.header("Retry-After")).isPresent();
    assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.text())
        .contains("the application is ending")
        .contains(ID, "Night shift")
        .contains("no event log of it yet")
        .doesNotContain("/history/");
    Reply rest = server.get(REST + "/jobs");
    assertThat(rest.status()).isEqualTo(503);
    assertThat(JsonParser.parseString(rest.text()).getAsJsonObject().get("status").getAsInt())
        .isEqualTo(503);
  }

  @Test
  void returnsSameApplicationInfoAsListIfDriverIsGone() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.close();

    Reply info = server.get(REST);
    assertThat(info.status()).isEqualTo(200);
    assertThat(info.text()).contains("\"completed\" : false").contains("Night shift");
    assertThat(server.get("/api/v1/applications").text()).contains("\"completed\" : false");
  }

  @Test
  void retriesConnectionThatFailsBeforeRequest() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.resetNext(1);

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(200);
    driver.resetNext(1);
    assertThat(Browser.send(server.port(), "POST", LIVE + "/SQL/execution/", "id=1").status())
        .isEqualTo(200);
    assertThat(driver.served()).isEqualTo(2);
  }

  @Test
  void returnsBadGatewayIfDriverResetsEveryConnection() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    driver.resetNext(Integer.MAX_VALUE);

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
    assertThat(driver.served()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"102 Processing", "103 Early Hints"})
  void skipsInterimResponse(String interim) throws Exception {
    start(connection -> connection.write("HTTP/1.1 " + interim + "\r\n\r\n" + SMALL_RESPONSE));

    Reply page = server.get(LIVE + "/jobs/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"104 Upload Resumption", "199 Of their own"})
  void returnsBadGatewayForUnknownInterimResponse(String interim) throws Exception {
    start(connection -> connection.write("HTTP/1.1 " + interim + "\r\n\r\n" + SMALL_RESPONSE));

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/-/metrics").text())
                    .contains("spark_live_history_proxied_requests_in_progress 0.0"));
  }

  @Test
  void returnsBadGatewayForOversizedHeaders() throws Exception {
    String line = "X-Long: " + "x".repeat(1000) + "\r\n";
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\n" + line.repeat(100) + "Content-Length: 0\r\n\r\n"));

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
  }

  @Test
  void returnsGatewayTimeoutIfDriverDoesNotRespond() throws Exception {
    startWithShortTimeout(Script.silence());

    long before = System.nanoTime();
    Reply page = server.get(LIVE + "/jobs/");
    Duration elapsed = Duration.ofNanos(System.nanoTime() - before);

    assertThat(page.status()).isEqualTo(504);
    assertThat(page.text()).contains("The driver does not respond in time").contains("600 ms");
    assertThat(elapsed).isGreaterThanOrEqualTo(RESPONSE_TIMEOUT);
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
    assertThat(server.get("/api/v1/applications/" + ID + "/jobs").status()).isEqualTo(504);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 2",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        "this is no HTTP\r\n\r\n"
      })
  void returnsBadGatewayIfResponseEndsBeforeBody(String beginning) throws Exception {
    start(connection -> connection.write(beginning));

    Reply page = server.get(LIVE + "/jobs/");

    assertThat(page.status()).isEqualTo(502);
    assertThat(page.whole()).isTrue();
    assertThat(page.text()).contains("<h4>The driver does not respond</h4>");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 100_000})
  void abortsResponseShorterThanContentLength(int bytes) throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(bytes)));

    assertTruncated();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 100_000})
  void abortsResponseThatEndsBetweenChunks(int bytes) throws Exception {
    start(connection -> connection.write(CHUNKED + chunk("x".repeat(bytes))));

    assertTruncated();
  }

  /** If no byte of a large part has been sent yet, the response is an error page. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40_000, 100_000})
  void neverCompletesTruncatedPage(int bytes) throws Exception {
    start(
        connection ->
            connection.write(
                CHUNKED.replace("\r\n\r\n", "\r\nContent-Type: text/html\r\n\r\n")
                    + chunk("x".repeat(bytes))));

    try (Browser browser = new Browser(server.port())) {
      browser.send(
          "GET",
          LIVE + "/jobs/",
          "Accept",
          "text/html",
          "Accept-Encoding",
          "gzip",
          "Connection",
          "close");
      String received = browser.readToEnd();
      if (received.startsWith("HTTP/1.1 502 ")) {
        assertThat(bytes).isGreaterThan(1);
        assertThat(received)
            .contains("<h4>The driver does not respond</h4>")
            .doesNotContain("Content-Encoding");
      } else {
        assertThat(received).doesNotContain("\r\n0\r\n\r\n", "Content-Length");
      }
    }
  }

  @Test
  void forwardsResponseDelimitedByConnectionClose() throws Exception {
    start(connection -> connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"));

    Reply page = server.get(LIVE + "/jobs/");

    assertThat(page.whole()).isTrue();
    assertThat(page.text()).isEqualTo("all of it");
  }

  @Test
  void abortsResponseThatStalls() throws Exception {
    startWithShortTimeout(
        connection -> {
          connection.write(CHUNKED + chunk("x".repeat(50_000)));
          assertThat(connection.awaitClose()).isTrue();
        });

    assertTruncated();
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
  }

  @Test
  void neverRetriesPostRequests() throws Exception {
    start(connection -> connection.reset());
    String[] from = {
      "Referer",
      "http://127.0.0.1:" + server.port() + LIVE + "/jobs/",
      "Content-Type",
      "application/x-www-form-urlencoded"
    };

    for (String page : List.of("/jobs/job/kill/", "/stages/stage/kill/", "/SQL/execution/")) {
      int before = driver.served();
      assertThat(Browser.send(server.port(), "POST", LIVE + page, "id=1", from).status())
          .as(page)
          .isEqualTo(502);
      assertThat(driver.served()).as(page).isEqualTo(before + 1);
      // Without a body the filter could send it again, but does not.
      assertThat(server.request("POST", LIVE + page + "?id=1", from).status())
          .as(page)
          .isEqualTo(502);
      assertThat(driver.served()).as(page).isEqualTo(before + 2);
    }
  }

  /** RFC 9112, section 9.3.1: the driver may close an idle connection at any time. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void retriesSafeRequestAfterConnectionReset(String method) throws Exception {
    AtomicInteger lost = new AtomicInteger();
    start(
        connection -> {
          if (lost.getAndIncrement() % 3 < 2) {
            connection.reset();
          } else {
            connection.respond(Response.of(200, "ok"));
          }
        });

    for (int i = 0; i < 3; i++) {
      assertThat(server.request(method, LIVE + "/jobs/").status()).isEqualTo(200);
    }
    assertThat(driver.served()).isEqualTo(9);
  }

  @Test
  void limitsRequestToThreeAttempts() throws Exception {
    start(connection -> connection.reset());

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
    assertThat(driver.served()).isEqualTo(3);
  }

  @Test
  void neverRetriesOnceResponseHasBegun() throws Exception {
    start(connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
    assertThat(driver.served()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "204 No Content\r\nContent-Length: 5\r\n\r\n",
        "204 No Content\r\nContent-Length: 0\r\n\r\n",
        "204 No Content\r\nContent-Type: text/html\r\nContent-Length: 12345\r\n\r\n",
        "204 No Content\r\n\r\n"
      })
  void forwardsNoContentResponse(String response) throws Exception {
    start(connection -> connection.write("HTTP/1.1 " + response));

    Reply reply = server.get(LIVE + "/jobs/", "Accept", "text/html");

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.header("Content-Length")).isEmpty();
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void forwardsNotModifiedDespiteContentLength() throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\n"));

    Reply reply = server.get(LIVE + "/jobs/", "If-None-Match", "\"1\"");

    assertThat(reply.status()).isEqualTo(304);
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "deflate, chunked", "gzip", "identity", "x, y, chunked"})
  void returnsBadGatewayForUnsupportedTransferCoding(String coding) throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                    + coding
                    + "\r\n\r\n2\r\nok\r\n0\r\n\r\n"));

    Reply reply = server.get(LIVE + "/jobs/");

    assertThat(reply.status()).isEqualTo(502);
    assertThat(driver.served()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked", " chunked "})
  void forwardsChunkedResponse(String coding) throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                    + coding
                    + "\r\n\r\n2\r\nok\r\n0\r\n\r\n"));

    assertThat(server.get(LIVE + "/jobs/").text()).isEqualTo("ok");
  }

  @Test
  void closesDriverConnectionIfBrowserDisconnects() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    start(
        connection -> {
          connection.write(CHUNKED);
          try {
            while (true) {
              connection.write(chunk("x".repeat(8_000)));
            }
          } catch (IOException e) {
            released.countDown();
          }
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      assertThat(browser.head().status()).isEqualTo(200);
    }
    await().untilAsserted(() -> assertThat(released.getCount()).isZero());
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
  }

  /** The filter detects it late: it neither reads from nor writes to that browser. */
  @Test
  void closesDriverConnectionAtTimeoutIfBrowserDisconnectsEarly() throws Exception {
    startWithShortTimeout(Script.silence());

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(1));
    }
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
  }

  @Test
  void closesDriverConnectionIfUploadIsAborted() throws Exception {
    List<Integer> ends = new ArrayList<>();
    start(
        connection -> {
          connection.in().readNBytes(4);
          ends.add(connection.in().read());
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/jobs/", "Content-Length", "1000");
      browser.write("some");
      await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(1));
    }
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
    assertThat(ends).containsExactly(-1);
  }

  @Test
  void limitsConnectionsPerDriver() throws Exception {
    CountDownLatch mayRespond = new CountDownLatch(1);
    driver = new FakeDriver(ID);
    driver.respondToProxied(
        connection -> {
          mayRespond.await();
          connection.write(SMALL_RESPONSE);
        });
    server =
        container.start(
            new HistoryServerPlan()
                .drivers(driver.address())
                .parameter("maxConnectionsPerDriver", "3"));
    OneLiveApplication.awaitLive(server, 1);

    List<Browser> browsers = browsers(12);
    await().untilAsserted(() -> assertThat(driver.open()).isEqualTo(3));
    mayRespond.countDown();

    assertResponses(browsers);
    assertThat(driver.served()).isEqualTo(12);
    assertThat(driver.mostOpen()).isEqualTo(3);
  }

  /** More than two do not fit into the backlog of Spark's server. */
  @Test
  void limitsConcurrentConnectionAttempts() throws Exception {
    start(connection -> connection.write(SMALL_RESPONSE));
    CountDownLatch mayRespond = new CountDownLatch(1);
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger mostOpened = new AtomicInteger();
    // The filter requests the list first on each connection.
    driver.respond(
        RunningApplication.LIST,
        connection -> {
          mostOpened.accumulateAndGet(opened.incrementAndGet(), Math::max);
          mayRespond.await();
          opened.decrementAndGet();
          connection.respond(Response.json(driver.application().list()));
        });

    List<Browser> browsers = browsers(12);
    await().untilAsserted(() -> assertThat(opened.get()).isEqualTo(2));
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(opened.get()).isEqualTo(2));
    mayRespond.countDown();

    assertResponses(browsers);
    assertThat(mostOpened.get()).isEqualTo(2);
  }

  private List<Browser> browsers(int number) {
    List<Browser> browsers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Browser browser = new Browser(server.port());
      browser.send("GET", LIVE + "/jobs/");
      browsers.add(browser);
    }
    return browsers;
  }

  private static void assertResponses(List<Browser> browsers) {
    for (Browser browser : browsers) {
      assertThat(browser.reply("GET").text()).isEqualTo("ok");
      browser.close();
    }
  }

  private void start(Script script) throws Exception {
    start(script, LONG_TIMEOUT);
  }

  private void startWithShortTimeout(Script script) throws Exception {
    start(script, RESPONSE_TIMEOUT);
  }

  /** The filter polls the driver once: it stays live in any case. */
  private void start(Script script, Duration responseTimeout) throws Exception {
    driver = new FakeDriver(ID);
    driver.respondToProxied(script);
    server =
        container.start(
            new HistoryServerPlan()
                .drivers(driver.address())
                .parameter("driversRefresh", "1h")
                .parameter("responseTimeout", responseTimeout.toMillis() + "ms"));
    OneLiveApplication.awaitLive(server, 1);
  }

  private void assertTruncated() {
    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      // The complete body has a million bytes, or a last chunk; a small part may not arrive at all.
      assertThat(browser.readToEnd())
          .hasSizeLessThan(900_000)
          .doesNotContain("\r\n0\r\n\r\n")
          .doesNotContain("does not respond");
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }
}
