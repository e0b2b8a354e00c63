// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver that does not respond, while the History Server has an event log of its application. */
@ParameterizedClass
@EnumSource(Container.class)
class UnresponsiveDriverFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String HISTORY = "/history/" + ID;
  private static final String REST = "/api/v1/applications/" + ID;
  private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(400);
  private static final Script HANGS = Script.silence();
  private static final Script RESETS = connection -> connection.reset();
  private static final Script RESPONDS =
      connection -> connection.respond(Response.of(200, "driver", "Content-Type", "text/html"));

  @Parameter private Container container;
  private HistoryServerPlan plan = new HistoryServerPlan();
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  @Test
  void linksToSameHistoryPageIfDriverHangs() throws Exception {
    start(HANGS);

    Reply page = server.get(LIVE + "/stages/stage/?id=3&attempt=0");

    assertThat(page.status()).isEqualTo(504);
    assertThat(page.text())
        .contains("href=\"/history/app-1/stages/stage/?id=3&amp;attempt=0&amp;live=false\"");
    Reply history = server.get(HISTORY + "/stages/stage/?id=3&attempt=0&live=false");
    assertThat(history.status()).isEqualTo(200);
    assertThat(history.text()).startsWith("the History Server's /history/app-1/stages/stage/");
  }

  @Test
  void linksToAttemptOfDriver() throws Exception {
    driver = new FakeDriver(ID);
    String list = driver.application().list();
    driver.respond(
        RunningApplication.LIST,
        Response.json(
            list.replace("\"attempts\" : [ {", "\"attempts\" : [ { \"attemptId\" : \"2\",")));
    start(HANGS);

    assertThat(server.get(LIVE + "/jobs/").text())
        .contains("href=\"/history/app-1/2/jobs/?live=false\"");
  }

  @Test
  void linksToHistoryOfListPageIfKillTimesOut() throws Exception {
    start(HANGS);

    String from = "http://127.0.0.1:" + server.port() + LIVE + "/jobs/";

    Reply page =
        Browser.send(server.port(), "POST", LIVE + "/jobs/job/kill/?id=1", "id=1", "Referer", from);

    assertThat(page.text()).contains("href=\"/history/app-1/jobs/?id=1&amp;live=false\"");
  }

  @Test
  void keepsShowingHistoryAcrossPages() throws Exception {
    start(RESPONDS);
    String page = "http://127.0.0.1:" + server.port() + HISTORY + "/jobs/?live=false";

    Reply next = server.get(HISTORY + "/stages/?x=1", "Referer", page);
    assertThat(next.status()).isEqualTo(302);
    assertThat(next.headers("Location")).containsExactly(HISTORY + "/stages/?x=1&live=false");
    assertThat(server.get(REST + "/allexecutors", "Referer", page).text())
        .startsWith("the History Server's");
    assertThat(driver.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',        /jobs/?live=false",
    "/,         /jobs/?live=false",
    "/?x=1,     /jobs/?x=1&live=false",
    "/2,        /2/jobs/?live=false",
    "/2/,       /2/jobs/?live=false",
    "/2/stages/,/2/stages/?live=false"
  })
  void keepsShowingHistoryOnFirstPage(String root, String first) throws Exception {
    start(RESPONDS);
    String page = "http://127.0.0.1:" + server.port() + HISTORY + "/stages/?live=false";

    assertThat(server.get(HISTORY + root, "Referer", page).headers("Location"))
        .containsExactly(HISTORY + first);
  }

  @Test
  void redirectsRootOfChosenHistoryToFirstPage() throws Exception {
    start(RESPONDS);

    // Spark redirects from that page as well, and drops the query.
    assertThat(server.get(HISTORY + "/?live=false").headers("Location"))
        .containsExactly(HISTORY + "/jobs/?live=false");
    assertThat(server.get(LIVE + "/?live=false").headers("Location"))
        .containsExactly(HISTORY + "/jobs/?live=false");
  }

  @Test
  void replacesLiveChoiceIfDriverHangs() throws Exception {
    start(HANGS);
    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(504);

    assertThat(server.get(HISTORY + "/jobs/?live=true&a=b").headers("Location"))
        .containsExactly(HISTORY + "/jobs/?a=b&live=false");
  }

  @Test
  void keepsShowingHistoryUnderEncodedPrefix() throws Exception {
    start(RESPONDS);
    String page =
        "http://127.0.0.1:" + server.port() + "/jo%40example.org" + HISTORY + "/jobs/?live=false";

    Reply next =
        server.get(HISTORY + "/stages/", "Referer", page, "X-Forwarded-Context", "/jo@example.org");
    assertThat(next.headers("Location"))
        .containsExactly("/jo@example.org" + HISTORY + "/stages/?live=false");
  }

  @Test
  void redirectsToHistoryWithoutWaitingForDriver() throws Exception {
    start(HANGS);

    for (String base : new String[] {LIVE, "/proxy/" + ID}) {
      Reply reply = server.get(base + "/stages/?x=1&live=false");
      assertThat(reply.status()).isEqualTo(302);
      assertThat(reply.headers("Location")).containsExactly(HISTORY + "/stages/?x=1&live=false");
    }
    assertThat(driver.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/history/app-1/jobs/",
        "/history/app-1/jobs/?live=true",
        "/history/app-10/jobs/?live=false",
        "/history/app-2/jobs/?live=false",
        "/sparkui/app-1/jobs/?live=false",
        "/?live=false"
      })
  void showsLiveUiFromAnyOtherPage(String from) throws Exception {
    start(RESPONDS);
    String page = "http://127.0.0.1:" + server.port() + from;

    assertThat(server.get(HISTORY + "/jobs/", "Referer", page).headers("Location"))
        .containsExactly(LIVE + "/jobs/");
    assertThat(server.get(REST + "/jobs", "Referer", page).text()).isEqualTo("driver");
  }

  @Test
  void ignoresChosenHistoryWithoutEventLog() throws Exception {
    start(RESPONDS);
    plan.catalog().setStatus(ID, CatalogStatus.UNKNOWN);

    assertThat(server.get(HISTORY + "/jobs/?live=false").headers("Location"))
        .containsExactly(LIVE + "/jobs/");
    assertThat(server.get(HISTORY + "/jobs/?a=b&live=false").headers("Location"))
        .containsExactly(LIVE + "/jobs/?a=b");
  }

  @Test
  void returnsRestResponseFromEventLogIfDriverHangs() throws Exception {
    assertFallsBack(HANGS);
  }

  @Test
  void returnsRestResponseFromEventLogIfDriverResetsConnections() throws Exception {
    assertFallsBack(RESETS);
  }

  @Test
  void returnsRestResponseFromEventLogIfDriverIsGone() throws Exception {
    start(RESPONDS);
    driver.close();

    assertRestIsFromHistoryServer();
  }

  @Test
  void returnsRestResponseFromEventLogIfDriverSendsNoHttp() throws Exception {
    assertFallsBack(connection -> connection.write("this is no HTTP\r\n\r\n"));
  }

  @Test
  void waitsForHungDriverOnce() throws Exception {
    start(HANGS);

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(504);
    driver.forget();

    assertRestIsFromHistoryServer();
    Reply history = server.get(HISTORY + "/2/jobs/?a=b");
    assertThat(history.status()).isEqualTo(302);
    assertThat(history.headers("Location")).containsExactly(HISTORY + "/2/jobs/?a=b&live=false");
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void forwardsErrorResponsesOfDriver() throws Exception {
    start(
        connection ->
            connection.respond(
                Response.of(connection.request().path().endsWith("/1") ? 404 : 500, "driver")));

    assertThat(server.get(REST + "/jobs").status()).isEqualTo(500);
    assertThat(server.get(REST + "/jobs/1").status()).isEqualTo(404);
    assertThat(server.get(REST + "/jobs/1").text()).isEqualTo("driver");
  }

  @Test
  void doesNotFallBackForPost() throws Exception {
    start(HANGS);

    assertThat(Browser.send(server.port(), "POST", REST + "/jobs", "a=b").status()).isIn(502, 504);
    assertThat(server.passed()).isEmpty();
  }

  @Test
  void returnsServiceUnavailableWhileEventLogIsRenamed() throws Exception {
    start(RESPONDS);
    driver.close();
    plan.catalog().renameLog(ID);

    for (String path : new String[] {REST + "/jobs", HISTORY + "/jobs/?live=false"}) {
      Reply reply = server.get(path);
      assertThat(reply.status()).as(path + reply.text()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).as(path).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/jobs, 503, Its event log is not available yet",
    "'', 200, attempts",
    "/7, 200, the History Server's"
  })
  void returnsServiceUnavailableIfEventLogDisappearsDuringRequest(
      String below, int status, String text) throws Exception {
    start(
        connection -> {
          plan.catalog().setStatus(ID, CatalogStatus.UNKNOWN);
          connection.reset();
        });

    Reply reply = server.get(REST + below);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.text()).contains(text);
    assertThat(reply.header("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void returnsNotFoundForOtherAttempt() throws Exception {
    start(RESPONDS);
    driver.close();
    plan.catalog().renameLog(ID);
    plan.catalog().setNewestAttempt(ID, "2");

    assertThat(server.get(REST + "/2/jobs").status()).isEqualTo(503);
    for (String path : new String[] {REST + "/7/jobs", HISTORY + "/7/jobs/?live=false"}) {
      Reply reply = server.get(path);
      assertThat(reply.status()).as(path).isEqualTo(404);
      assertThat(reply.text()).as(path).contains(ID);
    }
  }

  @Test
  void doesNotMarkDriverUnresponsiveAfterInvalidResponse() throws Exception {
    start(
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(502);
    assertThat(server.get(HISTORY + "/jobs/").headers("Location")).containsExactly(LIVE + "/jobs/");
    assertThat(server.get(REST + "/jobs").text()).startsWith("the History Server's " + REST);
  }

  @Test
  void keepsHeadersOfFiltersBeforeIt() throws Exception {
    start(HANGS);

    // The REST request first: later ones do not wait for the driver.
    for (String path : new String[] {REST + "/jobs", LIVE + "/jobs/"}) {
      Reply reply = server.get(path, "X-Test-Added", "always", "X-Test-Added-Once", "once");
      assertThat(reply.headers("X-Test-Added")).as(path).containsExactly("always");
      assertThat(reply.headers("X-Test-Added-Once")).as(path).containsExactly("once");
    }
  }

  @Test
  void keepsRenewedLoginCookie() throws Exception {
    start(HANGS);

    for (String path : new String[] {LIVE + "/jobs/", REST + "/jobs"}) {
      Reply reply = server.get(path, "X-Test-Cookie", "login=renewed");
      assertThat(reply.headers("Set-Cookie")).as(path).containsExactly("login=renewed");
    }
    plan.catalog().renameLog(ID);
    Reply renamed = server.get(REST + "/jobs", "X-Test-Cookie", "login=renewed");
    assertThat(renamed.status()).isEqualTo(503);
    assertThat(renamed.headers("Set-Cookie")).containsExactly("login=renewed");
  }

  @Test
  void requiresLoginForHistory() throws Exception {
    plan = new HistoryServerPlan().parameter("requireUser", "true");
    start(RESPONDS);
    String page = "http://127.0.0.1:" + server.port() + HISTORY + "/jobs/?live=false";

    for (String path : new String[] {REST + "/jobs", LIVE + "/jobs/?live=false"}) {
      assertThat(server.get(path, "Referer", page).status()).as(path).isEqualTo(401);
    }
    assertThat(server.passed()).isEmpty();
    assertThat(server.get(REST + "/jobs", "Referer", page, "X-Test-User", "ada").text())
        .startsWith("the History Server's");
  }

  @Test
  void releasesPermitAfterFallback() throws Exception {
    start(HANGS);
    for (int i = 0; i < 5; i++) {
      assertThat(server.get(REST + "/jobs").status()).isEqualTo(200);
    }

    assertThat(server.get("/sparkui/-/metrics").text())
        .contains("spark_live_history_proxied_requests_in_progress 0.0");
  }

  private void assertFallsBack(Script script) throws Exception {
    start(script);

    assertRestIsFromHistoryServer();
    assertThat(driver.requests()).isNotEmpty();
  }

  private void assertRestIsFromHistoryServer() {
    for (String path : new String[] {REST + "/jobs", REST + "/1/stages?status=active", REST}) {
      Reply reply = server.get(path);
      assertThat(reply.status()).as(path).isEqualTo(200);
      assertThat(reply.text()).as(path).startsWith("the History Server's " + REST);
    }
    Reply head = server.request("HEAD", REST + "/jobs");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  /** The filter polls the driver once: it stays live in any case. */
  private void start(Script script) throws Exception {
    if (driver == null) {
      driver = new FakeDriver(ID);
    }
    driver.respondToProxied(script);
    plan =
        plan.drivers(driver.address())
            .lists(ID, CatalogStatus.INCOMPLETE)
            .parameter("driversRefresh", "1h")
            .parameter("responseTimeout", RESPONSE_TIMEOUT.toMillis() + "ms");
    server = container.start(plan);
    OneLiveApplication.awaitLive(server, 1);
    driver.forget();
    server.clearPassed();
  }
}
