// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The responses for an application in each state. */
@ParameterizedClass
@NewestContainer
class ApplicationResponsesFilterTest {
  private static final String ID = "app-20261121083600-0000";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String HISTORY = "/history/" + ID;
  private static final String REST = "/api/v1/applications/" + ID;

  @Parameter private Container container;
  private HistoryServerPlan plan;
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @BeforeEach
  void start() throws Exception {
    driver = new FakeDriver(ID);
    plan = new HistoryServerPlan().drivers(driver.address());
    server = container.start(plan);
    OneLiveApplication.awaitLive(server, 1);
    server.clearPassed();
  }

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  @Test
  void forwardsRequestsForLiveApplicationToDriver() {
    assertForwardsToDriver();
  }

  @Test
  void forwardsToDriverIfCatalogListsApplicationAsIncomplete() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);

    assertForwardsToDriver();
  }

  private void assertForwardsToDriver() {
    assertThat(server.get(LIVE + "/jobs/?a=b").text()).isEqualTo("driver: GET /jobs/?a=b");
    assertThat(server.get("/proxy/" + ID + "/jobs/").text()).isEqualTo("driver: GET /jobs/");
    assertThat(server.get(LIVE + "/").location()).isEqualTo(LIVE + "/jobs/");
    assertThat(server.get(REST + "/jobs").text()).isEqualTo("driver: GET " + REST + "/jobs");
    assertThat(server.get(REST).text()).isEqualTo("driver: GET " + REST);
    String page = "http://127.0.0.1:" + server.port() + LIVE + "/jobs/";
    assertThat(server.request("POST", LIVE + "/jobs/job/kill/?id=1", "Referer", page).location())
        .isEqualTo(LIVE + "/jobs/");
    assertThat(server.passed()).isEmpty();
  }

  @Test
  void listsLiveApplicationAsRunning() {
    Reply list = server.get("/api/v1/applications");

    assertThat(list.header("Content-Type")).contains("application/json");
    JsonObject entry =
        JsonParser.parseString(list.text()).getAsJsonArray().get(0).getAsJsonObject();
    assertThat(entry.get("id").getAsString()).isEqualTo(ID);
    assertThat(entry.get("name").getAsString()).isEqualTo("Night shift");
    assertThat(list.text()).contains("\"completed\" : false");
    assertThat(server.get("/?showIncomplete=true").text())
        .contains("history-summary")
        .doesNotContain("No incomplete applications found");
    assertThat(server.get("/").text()).contains("No completed applications found");
  }

  @Test
  void addsCatalogFieldsToEntryOfEndedApplication() {
    plan.lists("own", CatalogStatus.COMPLETE);
    plan.catalog()
        .setEntryFields(
            new EntryFields(
                List.of("\"labels\" : { }"), List.of("\"logSourceName\" : \"\"", "\"n\" : 0")));
    driver.close();
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/-/health").text()).contains("\"ended\": 1"));

    JsonObject listed =
        JsonParser.parseString(server.get("/api/v1/applications").text())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    assertThat(listed.getAsJsonObject("labels").size()).isZero();
    assertThat(listed.getAsJsonArray("attempts").get(0).getAsJsonObject().asMap())
        .containsEntry("logSourceName", new JsonPrimitive(""))
        .containsEntry("n", new JsonPrimitive(0));
    assertThat(JsonParser.parseString(server.get(REST).text())).isEqualTo(listed);
  }

  @Test
  void downloadsEventLogFromDriverIfHistoryServerHasNone() {
    byte[] zip = {'P', 'K', 3, 4, 0, (byte) 0xff};
    String disposition = "attachment; filename=\"eventLogs-" + ID + ".zip\"";
    for (String path : List.of(REST + "/logs", REST + "/1/logs", REST + "/logs/")) {
      driver.respond(
          path,
          Response.of(
              200,
              zip,
              "Content-Type",
              "application/octet-stream",
              "Content-Disposition",
              disposition));

      Reply reply = server.get(path);

      assertThat(reply.status()).as(path).isEqualTo(200);
      assertThat(reply.body()).isEqualTo(zip);
      assertThat(reply.header("Content-Disposition")).contains(disposition);
    }
    assertThat(server.passed()).isEmpty();
  }

  @Test
  void passesEventLogRequestToHistoryServerIfItHasLog() {
    for (CatalogStatus status : List.of(CatalogStatus.INCOMPLETE, CatalogStatus.COMPLETE)) {
      plan.catalog().setStatus(ID, status);
      assertThat(server.get(REST + "/logs").text()).startsWith("the History Server's");
    }
    assertThat(server.get("/api/v1/applications/app-unknown/logs").text())
        .startsWith("unknown app");
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void requiresViewPermissionForEventLogDownload() {
    plan.access().controlled();

    assertThat(server.get(REST + "/logs").status()).isEqualTo(401);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void redirectsHistoryPageOfLiveApplicationToLiveUi() {
    assertRedirects(HISTORY, LIVE + "/");
    assertRedirects(HISTORY + "/", LIVE + "/");
    assertRedirects(HISTORY + "/jobs/", LIVE + "/jobs/");
    assertRedirects(
        HISTORY + "/2/stages/stage/?id=0&attempt=0", LIVE + "/stages/stage/?id=0&attempt=0");
    assertRedirects(HISTORY + "/jobs/?a=b%20c", LIVE + "/jobs/?a=b%20c");
    assertThat(driver.requests()).isEmpty();
    assertThat(server.passed()).isEmpty();
  }

  @Test
  void passesPostToHistoryPageUnchanged() {
    Reply reply = Browser.send(server.port(), "POST", HISTORY + "/jobs/", "a=b");

    assertThat(reply.text()).isEqualTo("the History Server's " + HISTORY + "/jobs/");
  }

  @Test
  void redirectsLiveUiWithoutTrailingSlash() {
    assertRedirects(LIVE, LIVE + "/");
    assertRedirects(LIVE + "?a=b", LIVE + "/?a=b");
    assertRedirects("/proxy/" + ID, "/proxy/" + ID + "/");
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void requiresLoginForLiveUi() {
    plan.access().controlled();
    assertStatusPage(LIVE + "/jobs/", 401, "Login required");
    assertThat(server.get(LIVE).status()).isEqualTo(401);
    assertThat(server.get(REST).status()).isEqualTo(401);
    assertThat(server.get(REST + "/jobs").status()).isEqualTo(401);
    assertThat(server.request("POST", LIVE + "/jobs/job/kill/?id=1").status()).isEqualTo(401);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void prefersHistoryForCompletedApplicationEvenIfDriverResponds() {
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    assertRedirects(LIVE, HISTORY + "/");
    assertRedirects(LIVE + "/", HISTORY + "/");
    assertRedirects(LIVE + "/stages/?a=b%20c", HISTORY + "/stages/?a=b%20c");
    assertRedirects("/proxy/" + ID + "/jobs/", HISTORY + "/jobs/");
    assertRedirects(LIVE + "/static/webui.css", "/static/webui.css");
    assertRedirects(LIVE + REST + "/jobs", REST + "/jobs");
    assertThat(server.get(REST + "/jobs").text())
        .isEqualTo("the History Server's " + REST + "/jobs");
    assertThat(server.get(HISTORY + "/jobs/").text())
        .isEqualTo("the History Server's " + HISTORY + "/jobs/");
    assertThat(driver.requests()).isEmpty();
    assertNothingIsAddedToTheList();
  }

  @Test
  void forwardsNoKillForCompletedApplication() {
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    assertRedirects(LIVE + "/jobs/job/kill/?id=3", HISTORY + "/jobs/?id=3");
    assertRedirects(LIVE + "/stages/stage/kill/?id=3", HISTORY + "/stages/?id=3");
    Reply post = Browser.send(server.port(), "POST", LIVE + "/jobs/job/kill/?id=3", "id=3");
    assertThat(post.status()).isEqualTo(302);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void redirectsCompletedApplicationToNewestAttempt() {
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
    plan.catalog().setNewestAttempt(ID, "3");

    assertRedirects(LIVE + "/jobs/", HISTORY + "/3/jobs/");
  }

  @Test
  void returnsServiceUnavailableUntilEventLogIsListed() {
    end();

    for (String path : List.of(LIVE + "/jobs/", LIVE, "/proxy/" + ID + "/", HISTORY + "/jobs/")) {
      assertStatusPage(path, 503, "The application has ended; its event log is not available yet");
      Reply page = server.get(path);
      assertThat(page.header("Retry-After")).isPresent();
      assertThat(page.text()).contains("http-equiv=\"refresh\"").contains(ID);
    }
    assertJsonError(REST + "/jobs", 503);
    assertJsonError(LIVE + REST + "/jobs", 503);
    JsonObject last = JsonParser.parseString(server.get(REST).text()).getAsJsonObject();
    assertThat(last.get("id").getAsString()).isEqualTo(ID);
    assertThat(server.get(REST).text()).contains("\"completed\" : true");
    assertThat(server.get("/api/v1/applications").text())
        .contains(ID)
        .contains("\"completed\" : true");
    assertThat(server.get("/").text()).contains("history-summary");
  }

  @Test
  void redirectsToIncompleteHistoryOfKilledDriverAfterNextScan() {
    end();
    plan.lists(ID, CatalogStatus.INCOMPLETE);
    plan.catalog().setNewestAttempt(ID, "2");

    assertRedirects(LIVE + "/jobs/?a=b", HISTORY + "/2/jobs/?a=b");
    assertRedirects("/proxy/" + ID + "/stages/", HISTORY + "/2/stages/");
    assertThat(server.get(HISTORY + "/2/jobs/").text()).startsWith("the History Server's");
    assertThat(server.get(REST + "/jobs").text()).startsWith("the History Server's");
    // The entry equals that of the list, in which the History Server reports a running application.
    assertThat(server.get(REST).text()).startsWith("the History Server's");
    assertThat(server.get(REST + "/2").text()).startsWith("the History Server's");
    assertNothingIsAddedToTheList();
  }

  @Test
  void returnsServiceUnavailableUntilNextScanAfterEnd() {
    end();
    plan.lists(ID, CatalogStatus.INCOMPLETE);
    plan.catalog().setScanned(false);

    for (String path : List.of(LIVE + "/jobs/", HISTORY + "/jobs/", HISTORY + "/2/jobs/")) {
      assertStatusPage(path, 503, "The application has ended; its event log is not available yet");
      assertThat(server.get(path).header("Retry-After")).isPresent();
    }
    assertJsonError(REST + "/jobs", 503);
    assertJsonError(REST + "/2/stages", 503);
    assertThat(server.get(REST).text()).startsWith("the History Server's");
    assertNothingIsAddedToTheList();
  }

  @Test
  void returnsServiceUnavailableIfListedLogIsNotFound() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    plan.catalog().renameLog(ID);
    end();

    for (String path : List.of(HISTORY + "/jobs/", HISTORY + "/stages/stage/?id=3")) {
      assertStatusPage(path, 503, "Its event log is not available yet");
      assertThat(server.get(path).header("Retry-After")).isPresent();
    }
    assertJsonError(REST + "/jobs", 503);
    assertJsonError(REST + "/executors", 503);
  }

  @Test
  void triesOnceMoreIfHistoryServerFailsToReadListedLog() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    end();

    for (String path : List.of(HISTORY + "/jobs/", REST + "/jobs", REST + "/executors")) {
      plan.catalog().failToRead(ID, 1);
      Reply reply = server.get(path);
      assertThat(reply.status()).as(path).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("the History Server's " + path);

      plan.catalog().failToRead(ID, 2);
      assertThat(server.get(path).status()).as(path).isEqualTo(500);
      assertThat(server.get(path).text()).isEqualTo("the History Server's " + path);
    }
  }

  @Test
  void returnsServiceUnavailableIfLogIsRenamedBetweenTries() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    plan.catalog().renameLog(ID);
    end();
    plan.catalog().failToRead(ID, 1);

    assertJsonError(REST + "/jobs", 503);
  }

  @Test
  void returnsApplicationInfoIfHistoryServerLosesItsEntry() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    plan.catalog().removeEntry(ID);
    end();

    Reply info = server.get(REST);
    assertThat(info.status()).as(info.text()).isEqualTo(200);
    assertThat(info.text()).contains("\"completed\" : true");
    assertJsonError(REST + "/jobs", 503);
    assertThat(server.get(REST + "/7").text()).isEqualTo("unknown app " + ID + ", attempt 7");
  }

  @Test
  void passesOtherHistoryServerResponsesUnchanged() {
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    end();

    Reply missing = server.get(REST + "/jobs/9999");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).isEqualTo("unknown job: 9999");
    assertThat(missing.header("Content-Length")).contains("17");
    Reply head = server.request("HEAD", REST + "/jobs");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(Browser.send(server.port(), "POST", HISTORY + "/jobs/", "a=b").text())
        .startsWith("the History Server's");
  }

  @Test
  void redirectsEndedApplicationToHistoryOnceComplete() throws Exception {
    server.close();
    server = container.start(plan.parameter("handoffTimeout", "5s"));
    OneLiveApplication.awaitLive(server, 1);
    end();
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    assertRedirects(LIVE + "/jobs/", HISTORY + "/jobs/");
    // The same after the filter has removed it.
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/-/health").text()).contains("\"ended\": 0"));
    assertRedirects(LIVE + "/jobs/", HISTORY + "/jobs/");
  }

  @Test
  void reportsDriverSearchForIncompleteApplicationWithoutRedirect() {
    plan.catalog().setStatus("app-lost", CatalogStatus.INCOMPLETE);
    plan.catalog().setNewestAttempt("app-lost", "2");

    assertStatusPage("/sparkui/app-lost/jobs/", 503, "Searching for the driver");
    await()
        .untilAsserted(
            () -> assertStatusPage("/sparkui/app-lost/jobs/", 404, "The driver was not found"));
    assertThat(plan.catalog().replays()).isEqualTo(1);
    assertThat(server.get("/sparkui/app-lost/jobs/").text())
        .contains("href=\"/history/app-lost/2/\"");
    assertThat(server.get("/history/app-lost/jobs/").text()).startsWith("the History Server's");
    assertThat(server.get("/api/v1/applications/app-lost/jobs").text())
        .startsWith("the History Server's");
  }

  @Test
  void returnsNotFoundForUnknownApplication() {
    assertStatusPage("/sparkui/app-unknown/jobs/", 404, "No such application");
    assertStatusPage("/sparkui/app-unknown", 404, "No such application");
    assertJsonError("/sparkui/app-unknown/api/v1/applications", 404);
    assertThat(server.get("/history/app-unknown/").text()).startsWith("the History Server's");
    assertThat(server.get("/api/v1/applications/app-unknown/jobs").text())
        .startsWith("unknown app");
  }

  @Test
  void servesOwnPagesReadOnly() {
    Reply post = Browser.send(server.port(), "POST", "/sparkui/-/health", "a=b");

    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("Allow")).contains("GET, HEAD");
    assertThat(server.get("/sparkui/-/nothing").status()).isEqualTo(404);
    assertThat(server.get("/sparkui/-/assets/live-history.css").header("Content-Type").orElse(""))
        .startsWith("text/css");
    assertThat(server.get("/sparkui/").text()).contains("<title>Running now</title>");
  }

  @Test
  void returnsNoBodyForHead() {
    Reply reply = server.request("HEAD", "/sparkui/app-unknown/jobs/");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.header("Content-Length")).isPresent();
  }

  @Test
  void passesOtherRequestsUnchanged() {
    end(); // the filter would add this application to other pages
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
    server.clearPassed();

    for (String path : List.of("/static/webui.css", "/api/v1/version", "/history/x/jobs/")) {
      assertThat(server.get(path).status()).isIn(200, 404);
    }
    Browser.send(server.port(), "POST", "/api/v1/applications", "a=b");
    server.request("HEAD", "/api/v1/applications");
    server.request("TRACE", "/anything");
    server.request("HEAD", "/");
    Browser.send(server.port(), "POST", "/home", "a=b");
    assertThat(server.passed()).hasSize(8).allMatch(EmbeddedHistoryServer.Passed::untouched);
  }

  private void assertNothingIsAddedToTheList() {
    assertThat(JsonParser.parseString(server.get("/api/v1/applications").text()))
        .isEqualTo(JsonParser.parseString(plan.list()));
  }

  private void end() {
    driver.close();
    await()
        .untilAsserted(
            () -> assertThat(server.get("/sparkui/-/health").text()).contains("\"ended\": 1"));
  }

  private void assertRedirects(String from, String to) {
    Reply reply = server.get(from);
    assertThat(reply.status()).as(from).isEqualTo(302);
    assertThat(reply.headers("Location")).containsExactly(to);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.body()).isEmpty();
  }

  private void assertStatusPage(String path, int status, String title) {
    Reply reply = server.get(path);
    assertThat(reply.status()).as(path).isEqualTo(status);
    assertThat(reply.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.text()).contains("<h4>" + title + "</h4>");
  }

  private void assertJsonError(String path, int status) {
    Reply reply = server.get(path);
    assertThat(reply.status()).as(path).isEqualTo(status);
    assertThat(reply.header("Content-Type").orElse("")).startsWith("application/json");
    JsonObject message = JsonParser.parseString(reply.text()).getAsJsonObject();
    assertThat(message.get("status").getAsInt()).isEqualTo(status);
  }
}
