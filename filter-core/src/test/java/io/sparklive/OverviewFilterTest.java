// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.EmbeddedHistoryServer.Passed;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The running table on the home page and on the overview, and its JSON. */
@ParameterizedClass
@NewestContainer
class OverviewFilterTest {
  private static final String ID = "app-20261121083600-0000";
  private static final String REST = "/api/v1/applications/" + ID;
  private static final String PAGE = "/sparkui/";
  private static final String JSON = "/sparkui/-/applications";
  private static final String PORTAL = "https://portal.example.org";
  private static final String RUNNING =
      """
      [ { "jobId" : 7, "name" : "reduce at App.java:5", "status" : "RUNNING", "numTasks" : 110,
          "numCompletedIndices" : 40, "numActiveTasks" : 8, "numFailedTasks" : 1,
          "numKilledTasks" : 2, "numSkippedTasks" : 10 } ]\
      """;
  private static final String EXECUTORS =
      """
      [ { "id" : "driver", "totalCores" : 0, "isActive" : true },
        { "id" : "1", "totalCores" : 4, "totalTasks" : 50, "isActive" : true } ]\
      """;

  @Parameter private Container container;
  private HistoryServerPlan plan;
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @BeforeEach
  void start() throws Exception {
    driver = new FakeDriver(ID);
    driver.respond(REST + "/jobs", Response.of(200, RUNNING, "Content-Type", "application/json"));
    driver.respond(
        REST + "/executors", Response.of(200, EXECUTORS, "Content-Type", "application/json"));
    plan =
        new HistoryServerPlan().drivers(driver.address()).parameter("corsAllowedOrigins", PORTAL);
    server = container.start(plan);
    OneLiveApplication.awaitLive(server, 1);
    server.clearPassed();
  }

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  private static JsonArray applications(Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    return JsonParser.parseString(reply.text()).getAsJsonObject().getAsJsonArray("applications");
  }

  private JsonArray applications() {
    return applications(server.get(JSON));
  }

  private JsonObject awaitOne(Predicate<JsonObject> as) {
    return await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> applications().get(0).getAsJsonObject(), application -> as.test(application));
  }

  private static String stateOf(JsonObject application) {
    return application.get("state").getAsString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sparkui", "/sparkui/"})
  void servesOverviewPage(String path) {
    Reply page = server.get(path);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type").orElse(""))
        .isEqualToIgnoringCase("text/html;charset=utf-8");
    assertThat(page.header("Cache-Control")).contains("no-store");
    assertThat(page.header("X-Frame-Options")).contains("SAMEORIGIN");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.header("Content-Security-Policy").orElse("").split("; "))
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'");
    assertThat(page.text())
        .contains(
            "<link rel=\"stylesheet\" href=\"/static/bootstrap.min.css\"/>",
            "<link rel=\"stylesheet\" href=\"/static/webui.css\"/>",
            "<link rel=\"stylesheet\" href=\"/sparkui/-/assets/live-history.css?",
            "<section id=\"live-history\" data-page=\"overview\"",
            "<script type=\"module\" src=\"/sparkui/-/assets/running.js?",
            "<a href=\"/\">")
        .doesNotContain("http://", "https://", "Night shift");
    assertThat(server.passed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {PAGE, JSON})
  void allowsOnlyGetAndHead(String path) {
    Reply got = server.get(path);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.headers())
        .filteredOn(header -> header.getKey().equalsIgnoreCase("Cache-Control"))
        .extracting(Map.Entry::getValue)
        .containsExactly("no-store");
    Reply head = server.request("HEAD", path);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).isEqualTo(got.header("Content-Type"));
    assertThat(head.header("Cache-Control")).contains("no-store");
    assertThat(head.body()).isEmpty();

    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
      Reply rejected = server.request(method, path);
      assertThat(rejected.status()).as(method).isEqualTo(405);
      assertThat(rejected.header("Allow")).contains("GET, HEAD");
    }
  }

  @Test
  void returnsProgressInJson() {
    JsonObject application = awaitOne(one -> one.has("progress"));
    assertThat(server.get(JSON).header("Content-Type").orElse("")).startsWith("application/json");

    JsonObject progress = application.getAsJsonObject("progress");
    assertThat(progress.remove("ageMillis").getAsLong()).isBetween(0L, 10_000L);
    assertThat(application)
        .isEqualTo(
            JsonParser.parseString(
                """
                {
                  "id": "%s", "name": "Night shift", "user": "ada", "started": 1770000000000,
                  "sparkVersion": "4.2.0", "state": "live", "viewable": true,
                  "link": "/sparkui/%s/", "verdict": "running",
                  "progress": {
                    "executors": 1, "cores": 4, "coresBusy": 0, "runningJobs": 1,
                    "job": { "id": 7, "status": "running", "description": "reduce at App.java:5",
                        "link": "jobs/job/?id=7" },
                    "tasks": { "total": 100, "done": 40, "active": 8, "failed": 1, "killed": 2,
                        "skipped": 10 }
                  }
                }\
                """
                    .formatted(ID, ID)));
    assertThat(server.get(application.get("link").getAsString()).location())
        .isEqualTo("/sparkui/" + ID + "/jobs/");
  }

  @Test
  void pollsProgressOnlyWhileViewed() {
    server.get("/");
    server.get(PAGE);
    int before = driver.discovery().size();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> driver.discovery().size() >= before + 5);

    assertThat(driver.requests()).isEmpty();
    applications();
    await().until(() -> !driver.requests().isEmpty());
    assertThat(driver.requests().get(0).target()).isEqualTo(REST + "/jobs?status=running");
    assertThat(driver.requests().get(0).method()).isEqualTo("GET");
  }

  @Test
  void respondsWithoutWaitingForSlowDriver() {
    driver.respond(REST + "/jobs", Script.silence());

    assertThat(applications()).hasSize(1);
    await().until(() -> !driver.requests().isEmpty());
    assertThat(applications()).hasSize(1);
    assertThat(applications().get(0).getAsJsonObject().has("progress")).isFalse();
  }

  @Test
  void listsEndedApplicationUntilHistoryIsComplete() {
    awaitOne(one -> one.has("progress"));
    long before = System.currentTimeMillis();
    driver.close();

    JsonObject ended = awaitOne(one -> stateOf(one).equals("ended"));

    assertThat(ended.get("ended").getAsLong())
        .isBetween(before - 1_000, System.currentTimeMillis());
    assertThat(ended.get("viewable").getAsBoolean()).isTrue();
    assertThat(ended.getAsJsonObject("progress").has("job")).isTrue();
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
    await().until(() -> applications().isEmpty());
  }

  @Test
  void excludesCompletedApplicationsEvenIfDriverResponds() {
    assertThat(applications()).hasSize(1);
    plan.catalog().setStatus(ID, CatalogStatus.INCOMPLETE);
    assertThat(applications()).hasSize(1);

    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);

    await().until(() -> applications().isEmpty());
  }

  @Test
  void listsNoApplicationIfCatalogFails() {
    plan.catalog().failAfter(0);

    await().until(() -> applications().isEmpty());
    assertThat(server.get(PAGE).status()).isEqualTo(200);
    assertThat(server.get("/").text()).contains("id=\"live-history\"", "the home page");
    plan.catalog().failAfter(Integer.MAX_VALUE);
    await().until(() -> applications().size() == 1);
  }

  @Test
  void addsPrefixToEveryLink() {
    String[] prefix = {"X-Forwarded-Context", "/spark/history"};

    JsonArray applications = applications(server.get(JSON, prefix));
    assertThat(applications.get(0).getAsJsonObject().get("link").getAsString())
        .isEqualTo("/spark/history/sparkui/" + ID + "/");
    for (String page : List.of(PAGE, "/")) {
      assertThat(server.get(page, prefix).text())
          .contains("src=\"/spark/history/sparkui/-/assets/running.js?")
          .doesNotContain("\"/sparkui/");
    }
    assertThat(server.get(PAGE, prefix).text())
        .contains("<a href=\"/spark/history/\">")
        .doesNotContain("\"/static/");
  }

  @Test
  void allowsConfiguredOriginToReadJson() {
    Reply reply = server.get(JSON, "Origin", PORTAL);
    assertThat(reply.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(reply.header("Access-Control-Allow-Credentials")).contains("true");
    assertThat(reply.header("Vary")).contains("Origin");

    Reply preflight =
        server.request("OPTIONS", JSON, "Origin", PORTAL, "Access-Control-Request-Method", "GET");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(preflight.header("Access-Control-Allow-Methods")).contains("GET, HEAD");

    Reply other = server.get(JSON, "Origin", "https://evil.example.org");
    assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void sendsNoCorsHeadersWithPage() {
    Reply page = server.get(PAGE, "Origin", PORTAL);
    assertThat(page.headers()).noneMatch(h -> h.getKey().startsWith("Access-Control"));

    Reply preflight =
        server.request("OPTIONS", PAGE, "Origin", PORTAL, "Access-Control-Request-Method", "GET");
    assertThat(preflight.status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({"/, completed", "/?showIncomplete=true, incomplete", "/home, completed"})
  void insertsOverviewBeforeHomePageContent(String path, String kind) {
    String page = server.get(path).text();

    assertThat(page.replaceAll("[?][0-9a-f]{1,8}\"", "?VERSION\""))
        .containsOnlyOnce(
            """
            <link rel="stylesheet" href="/sparkui/-/assets/live-history.css?VERSION"/>
            <section id="live-history" data-page="home" aria-label="Running now"></section>
            <script type="module" src="/sparkui/-/assets/running.js?VERSION"></script>
            """)
        .contains("the home page");
    assertThat(page.indexOf("id=\"live-history\"")).isLessThan(page.indexOf("the home page"));
    assertThat(page.contains("No completed applications found!"))
        .isEqualTo(kind.equals("completed"));
  }

  @Test
  void marksVersionedAssetsImmutable() {
    String link =
        server.get(PAGE).text().replaceAll("(?s).* src=\"([^\"]*running[.]js[^\"]*)\".*", "$1");

    assertThat(link).matches("/sparkui/-/assets/running[.]js[?][0-9a-f]{1,8}");
    assertThat(server.get(link).header("Cache-Control")).contains("max-age=31536000, immutable");
    assertThat(server.get("/sparkui/-/assets/running.js?0").header("Cache-Control"))
        .contains("no-cache");
  }

  @Test
  void passesOtherMethodsToHomePageUnchanged() {
    Reply head = server.request("HEAD", "/");
    Reply post = Browser.send(server.port(), "POST", "/", "a=b");

    assertThat(head.status()).isEqualTo(200);
    assertThat(post.text()).contains("the home page").doesNotContain("live-history");
    assertThat(head.header("Content-Length")).contains("" + post.body().length);
    assertThat(server.passed()).hasSize(2).allMatch(Passed::untouched);
  }

  @Test
  void hidesApplicationsFromUnauthenticatedUsersIfUserIsRequired() throws Exception {
    plan.parameter("requireUser", "true");
    server.close();
    server = container.start(plan);
    OneLiveApplication.awaitLive(server, 1);
    server.clearPassed();

    Reply page = server.get(PAGE);
    assertThat(page.status()).isEqualTo(401);
    assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.text()).doesNotContain("id=\"live-history\"", "Night shift");
    Reply json = server.get(JSON, "Origin", PORTAL);
    assertThat(json.status()).isEqualTo(401);
    assertThat(json.header("Content-Type").orElse("")).startsWith("application/json");
    assertThat(json.header("Cache-Control")).contains("no-store");
    assertThat(json.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(json.text()).doesNotContain("Night shift", ID);
    assertThat(server.get("/").text()).contains("the home page").doesNotContain("live-history");
    assertThat(server.get("/?showIncomplete=true").text()).doesNotContain("live-history");
    assertThat(server.passed()).hasSize(2).allMatch(Passed::untouched);

    // A browser sends a preflight without credentials.
    Reply preflight =
        server.request("OPTIONS", JSON, "Origin", PORTAL, "Access-Control-Request-Method", "GET");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).contains(PORTAL);

    String[] ada = {"X-Test-User", "ada"};
    assertThat(server.get(PAGE, ada).status()).isEqualTo(200);
    assertThat(applications(server.get(JSON, ada))).hasSize(1);
    assertThat(server.get("/", ada).text()).contains("id=\"live-history\"");
  }
}
