// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.security.AccessMatrix.Column;
import io.sparklive.it.security.AccessMatrix.Role;
import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.it.security.groups.TestGroups;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The permissions for a live application, and for a completed one with the same settings. */
@Tag("smoke-spark4")
@ParameterizedClass
@MethodSource(SecureHistory.ENDS)
class AccessMatrixIT {
  private static final String OVERVIEW = "/sparkui/-/applications";

  private static HistoryServerProcess server;
  private static RequestsInRole as;
  private static DriverProcess live;
  private static DriverProcess open;
  private static WithheldSettings withheld;
  private static String completed;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    EventLogs logs = EventLogs.newDirectory("access-" + version);
    try (DriverProcess driver =
        AccessMatrix.application(version, "Is complete")
            .eventLogDirectory(logs.directory())
            .start()) {
      completed = driver.applicationId();
      driver.stop();
    }
    live = AccessMatrix.application(version, "Is live").start();
    open = AccessMatrix.application(version, "Is open").property("spark.ui.view.acls", "*").start();
    withheld = new WithheldSettings(open);
    server =
        SecureHistory.historyServer(version, logs, live.address(), withheld.address())
            .classPath(
                FilterJar.of(version, HeaderUserFilter.class),
                FilterJar.of(version, TestGroups.class))
            .properties(AccessMatrix.OF_HISTORY_SERVER)
            .property(
                "spark.ui.filters", HeaderUserFilter.class.getName() + "," + SecureHistory.FILTER)
            .start();
    as = new RequestsInRole(server);
    await()
        .untilAsserted(
            () ->
                assertThat(ids(server, RequestsInRole.headers(Role.OTHER_USER)))
                    .containsExactlyInAnyOrder(
                        live.applicationId(), open.applicationId(), completed));
    await().untilAsserted(() -> assertThat(as.status(page(live), Role.OWNER)).isEqualTo(200));
    await().untilAsserted(() -> assertThat(as.status(page(completed), Role.ADMIN)).isEqualTo(200));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    withheld.close();
    List.of(live, open).forEach(DriverProcess::close);
  }

  @Test
  void allowsEachRoleAsDocumented() throws IOException {
    for (Role role : Role.values()) {
      live.startJob("For " + role, 1, Duration.ofHours(1));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(live.get(rest(live.applicationId())).body())
                    .contains("For " + Role.UNAUTHENTICATED));

    awaitOverview();
    assertThat(AccessMatrix.tableOf(AccessMatrixIT::found)).isEqualTo(AccessMatrix.inDocs());
    assertThat(List.of(Role.VIEWER, Role.VIEWER_BY_GROUP, Role.OTHER_USER, Role.UNAUTHENTICATED))
        .allMatch(role -> jobOf(role).contains("\"RUNNING\""));
  }

  @Test
  void grantsSameAccessToLiveAndCompletedApplication() {
    for (Role role : Role.withUser()) {
      assertThat(as.status(page(live), role))
          .as("pages for %s", role)
          .isEqualTo(as.status(page(completed), role));
      for (String what : List.of("", "/jobs", "/environment", "/stages", "/executors")) {
        String path = "/api/v1/applications/%s" + what;
        assertThat(as.status(path.formatted(live.applicationId()), role))
            .as("%s for %s", path, role)
            .isEqualTo(as.status(path.formatted(completed), role));
      }
    }
  }

  @Test
  void allowsOnlyAdminsToUseDoAs() {
    // The driver has ACLs of its own: it would deny other users if the filter forwarded doAs.
    for (Role role : Role.withUser()) {
      for (Role other : List.of(Role.ADMIN, Role.OWNER, Role.OTHER_USER)) {
        String doAs = "?doAs=" + other.user().orElseThrow();
        assertThat(as.status(page(live) + doAs, role))
            .as("%s for %s", role, other)
            .isEqualTo(as.status(page(completed) + doAs, role));
      }
    }
    String doAs = "?doAs=" + AccessMatrix.OWNER;
    assertThat(as.status(rest(live.applicationId()) + doAs, Role.OTHER_USER)).isEqualTo(403);
    assertThat(as.status(rest(live.applicationId()) + doAs, Role.ADMIN)).isEqualTo(200);
    assertThat(as.status(page(live) + doAs, Role.UNAUTHENTICATED)).isEqualTo(401);
  }

  @Test
  void namesPermittedUsersInDenial() {
    HttpResponse<String> page = as.get(page(live), Role.OTHER_USER);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.body()).contains(AccessMatrix.OWNER, "spark.ui.view.acls");

    for (Role role : List.of(Role.OTHER_USER, Role.UNAUTHENTICATED)) {
      HttpResponse<String> response = as.get(rest(live.applicationId()), role);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/json");
      assertThat(JsonParser.parseString(response.body()).isJsonObject()).isTrue();
    }
  }

  @Test
  void hidesRestrictedDetailsInOverview() {
    JsonObject listed =
        StreamSupport.stream(
                JsonParser.parseString(as.get("/api/v1/applications", Role.OTHER_USER).body())
                    .getAsJsonArray()
                    .spliterator(),
                false)
            .map(JsonElement::getAsJsonObject)
            .filter(entry -> entry.get("id").getAsString().equals(live.applicationId()))
            .findFirst()
            .orElseThrow();
    JsonObject attempt = listed.getAsJsonArray("attempts").get(0).getAsJsonObject();
    awaitOverview();
    for (Role role : Role.withUser()) {
      boolean mayView = as.status(page(live), role) == 200;
      JsonObject entry = entry(as.get(OVERVIEW, role));
      assertThat(entry.get("viewable").getAsBoolean()).as("%s", role).isEqualTo(mayView);
      if (!mayView) {
        assertThat(entry.keySet())
            .as("%s", role)
            .containsExactlyInAnyOrder(
                "id", "name", "user", "started", "sparkVersion", "state", "viewable", "link");
        assertThat(entry.get("state").getAsString()).isEqualTo("running");
        assertThat(entry.get("name")).isEqualTo(listed.get("name"));
        assertThat(entry.get("user")).isEqualTo(attempt.get("sparkUser"));
        assertThat(entry.get("started")).isEqualTo(attempt.get("startTimeEpoch"));
        assertThat(entry.get("sparkVersion")).isEqualTo(attempt.get("appSparkVersion"));
      }
    }
  }

  @Test
  void hidesOverviewFromUnauthenticatedUser() {
    for (String path : List.of(OVERVIEW, "/sparkui/")) {
      HttpResponse<String> response = as.get(path, Role.UNAUTHENTICATED);
      assertThat(response.statusCode()).as(path).isEqualTo(401);
      assertThat(response.body()).as(path).doesNotContain(live.applicationId());
    }
    assertThat(as.get("/", Role.UNAUTHENTICATED).body()).doesNotContain("live-history");
    assertThat(as.get("/", Role.OTHER_USER).body()).contains("live-history");
  }

  @Test
  void allowsOnlyAdminsBeforeAclsAreKnown() {
    await().untilAsserted(() -> assertThat(withheld.requests()).isPositive());
    for (Role role : Role.withUser()) {
      boolean admin = role == Role.ADMIN || role == Role.ADMIN_BY_GROUP;
      assertThat(as.status(page(open), role)).as("%s", role).isEqualTo(admin ? 200 : 403);
    }

    withheld.release();

    await().untilAsserted(() -> assertThat(as.status(page(open), Role.OTHER_USER)).isEqualTo(200));
    assertThat(as.status(rest(open.applicationId()), Role.OTHER_USER)).isEqualTo(200);
    assertThat(as.status(page(open), Role.UNAUTHENTICATED)).isEqualTo(401);
    KillButton guessed = new KillButton("/jobs/job/kill/", 0, Optional.empty());
    assertThat(as.kill(ui(open), guessed, Role.OTHER_USER)).isEqualTo(403);
  }

  private static String found(Role role, Column column) {
    String id = live.applicationId();
    return switch (column) {
      case UI -> verdict(200, as.status(page(live), role), role);
      case REST -> verdict(200, as.status(rest(id), role), role);
      case OVERVIEW -> {
        HttpResponse<String> overview = as.get(OVERVIEW, role);
        yield overview.statusCode() != 200
            ? verdict(200, overview.statusCode(), role)
            : entry(overview).get("viewable").getAsBoolean() ? "yes" : "no";
      }
      case LIST_AND_FACTS -> {
        boolean listed = ids(server, RequestsInRole.headers(role)).contains(id);
        String facts = verdict(200, as.status("/api/v1/applications/" + id, role), role);
        yield facts.equals(listed ? "yes" : "no") ? facts : "listed: " + listed + " " + facts;
      }
      case KILL -> verdict(302, killed(role), role);
    };
  }

  /** After requests of all roles, waits until their permissions and the progress are cached. */
  private static void awaitOverview() {
    Role.withUser().forEach(role -> as.get(OVERVIEW, role));
    for (Role role : Role.withUser()) {
      if (as.status(page(live), role) == 200) {
        await()
            .untilAsserted(
                () -> assertThat(entry(as.get(OVERVIEW, role)).has("progress")).isTrue());
      }
    }
  }

  /** The entry of the live application in the overview. */
  private static JsonObject entry(HttpResponse<String> overview) {
    JsonObject all = JsonParser.parseString(overview.body()).getAsJsonObject();
    return StreamSupport.stream(all.getAsJsonArray("applications").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(entry -> entry.get("id").getAsString().equals(live.applicationId()))
        .findFirst()
        .orElseThrow();
  }

  private static int killed(Role role) {
    int job = List.of(Role.values()).indexOf(role);
    KillButton button = KillButton.on(live.get("/jobs/").body(), job);
    int status = as.kill(ui(live), button, role);
    String expected = status == 302 ? "\"FAILED\"" : "\"RUNNING\"";
    await().untilAsserted(() -> assertThat(jobOf(role)).as("%s", role).contains(expected));
    assertThat(server.log().lines())
        .filteredOn(line -> line.contains(" job %d of %s".formatted(job, live.applicationId())))
        .singleElement()
        .asString()
        .contains("Kill: " + role.user().orElse(""), "(Is live): ")
        .contains(status == 302 ? "302" : "denied");
    return status;
  }

  private static String jobOf(Role role) {
    int job = List.of(Role.values()).indexOf(role);
    return live.get(rest(live.applicationId()) + "/" + job).body();
  }

  private static String verdict(int yes, int status, Role role) {
    return status == yes ? "yes" : status == role.denialStatus() ? "no" : Integer.toString(status);
  }

  private static String page(DriverProcess driver) {
    return ui(driver) + "/jobs/";
  }

  private static String ui(DriverProcess driver) {
    return "/sparkui/" + driver.applicationId();
  }

  private static String page(String id) {
    return "/history/" + id + "/jobs/";
  }

  private static String rest(String id) {
    return "/api/v1/applications/" + id + "/jobs";
  }
}
