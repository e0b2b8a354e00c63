package io.sparklive.security;

import static io.sparklive.security.SecureHistory.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.security.AccessMatrix.Column;
import io.sparklive.security.AccessMatrix.Person;
import io.sparklive.security.filters.HeaderUserFilter;
import io.sparklive.security.groups.TestGroups;
import io.sparklive.testing.DriverProcess;
import io.sparklive.testing.EventLogs;
import io.sparklive.testing.FilterJar;
import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.SparkVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what with a live application, and with a completed one of the same settings. */
@ParameterizedClass
@MethodSource(SecureHistory.VERSIONS)
class AccessMatrixIT {
  private static HistoryServerProcess server;
  private static DriverProcess live;
  private static DriverProcess open;
  private static WithheldSettings withheld;
  private static String completed;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    EventLogs logs = EventLogs.newDirectory("access-" + version);
    try (DriverProcess driver =
        application(version, "Is complete").eventLogDirectory(logs.directory()).start()) {
      completed = driver.applicationId();
      driver.stop();
    }
    live = application(version, "Is live").start();
    open = application(version, "Is open").property("spark.ui.view.acls", "*").start();
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
    await()
        .untilAsserted(
            () ->
                assertThat(ids(server))
                    .containsExactlyInAnyOrder(
                        live.applicationId(), open.applicationId(), completed));
    await().untilAsserted(() -> assertThat(status(page(live), Person.OWNER)).isEqualTo(200));
    await().untilAsserted(() -> assertThat(status(page(completed), Person.ADMIN)).isEqualTo(200));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    withheld.close();
    List.of(live, open).forEach(DriverProcess::close);
  }

  @Test
  void letsEachPersonDoWhatTheTableSays() {
    for (Person person : Person.values()) {
      live.startJob("For " + person, 1, Duration.ofHours(1));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(live.get(rest(live.applicationId())).body())
                    .contains("For " + Person.NOBODY));

    assertThat(AccessMatrix.tableOf(AccessMatrixIT::found)).isEqualTo(AccessMatrix.TABLE);
  }

  @Test
  void answersForALiveApplicationAsForACompletedOne() {
    for (Person person : Person.withUser()) {
      assertThat(status(page(live), person))
          .as("the pages for %s", person)
          .isEqualTo(status(page(completed), person));
      for (String what : List.of("", "/jobs", "/environment", "/stages", "/executors")) {
        String path = "/api/v1/applications/%s" + what;
        assertThat(status(path.formatted(live.applicationId()), person))
            .as("%s for %s", path, person)
            .isEqualTo(status(path.formatted(completed), person));
      }
    }
  }

  @Test
  void letsAdminsAloneActForSomebodyElse() {
    // With ACLs of its own the driver would refuse one whom it does not know, were they passed on.
    for (Person person : Person.withUser()) {
      for (Person other : List.of(Person.ADMIN, Person.OWNER, Person.STRANGER)) {
        String doAs = "?doAs=" + other.user().orElseThrow();
        assertThat(status(page(live) + doAs, person))
            .as("%s for %s", person, other)
            .isEqualTo(status(page(completed) + doAs, person));
      }
    }
    String doAs = "?doAs=" + AccessMatrix.OWNER;
    assertThat(status(rest(live.applicationId()) + doAs, Person.STRANGER)).isEqualTo(403);
    assertThat(status(rest(live.applicationId()) + doAs, Person.ADMIN)).isEqualTo(200);
    assertThat(status(page(live) + doAs, Person.NOBODY)).isEqualTo(401);
  }

  @Test
  void tellsAStrangerWhoMay() {
    HttpResponse<String> page = server.get(page(live), headers(Person.STRANGER));
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.body()).contains("sam", AccessMatrix.OWNER);

    for (Person person : List.of(Person.STRANGER, Person.NOBODY)) {
      HttpResponse<String> answer = server.get(rest(live.applicationId()), headers(person));
      assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/json");
      assertThat(JsonParser.parseString(answer.body()).isJsonObject()).isTrue();
    }
  }

  @Test
  void letsAdminsAloneInUntilTheSettingsAreKnownAndThenAllWhereAllMayView() {
    await().untilAsserted(() -> assertThat(withheld.questions()).isPositive());
    for (Person person : Person.withUser()) {
      boolean admin = person == Person.ADMIN || person == Person.ADMIN_BY_GROUP;
      assertThat(status(page(open), person)).as("%s", person).isEqualTo(admin ? 200 : 403);
    }

    withheld.tell();

    await().untilAsserted(() -> assertThat(status(page(open), Person.STRANGER)).isEqualTo(200));
    assertThat(status(rest(open.applicationId()), Person.STRANGER)).isEqualTo(200);
    assertThat(status(page(open), Person.NOBODY)).isEqualTo(401);
    assertThat(kill(open, 0, Person.STRANGER)).isEqualTo(403);
  }

  private static String found(Person person, Column column) {
    String id = live.applicationId();
    return switch (column) {
      case UI -> yes(200, status(page(live), person));
      case REST -> yes(200, status(rest(id), person));
      case OVERVIEW -> ids(server, headers(person)).contains(id) ? "yes" : "not listed";
      case KILL -> killed(person);
    };
  }

  private static String killed(Person person) {
    int job = List.of(Person.values()).indexOf(person);
    int status = kill(live, job, person);
    String expected = status == 302 ? "FAILED" : "RUNNING";
    await().untilAsserted(() -> assertThat(stateOf(job)).as("%s", person).isEqualTo(expected));
    assertThat(server.log().lines())
        .filteredOn(line -> line.contains("Kill: ") && line.contains(" job " + job + " of "))
        .singleElement()
        .asString()
        .contains(person.user().orElse(""), live.applicationId(), "Is live", ": " + status);
    return yes(302, status);
  }

  private static String stateOf(int job) {
    return JsonParser.parseString(live.get(rest(live.applicationId()) + "/" + job).body())
        .getAsJsonObject()
        .get("status")
        .getAsString();
  }

  private static int kill(DriverProcess driver, int job, Person person) {
    URI uri = URI.create(server.uri() + page(driver) + "job/kill/?id=" + job);
    HttpRequest.Builder kill =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody());
    person.user().ifPresent(user -> kill.header(HeaderUserFilter.HEADER, user));
    return server.send(kill.build()).statusCode();
  }

  private static String yes(int status, int found) {
    return found == status ? "yes" : Integer.toString(found);
  }

  private static int status(String path, Person person) {
    return server.get(path, headers(person)).statusCode();
  }

  private static String[] headers(Person person) {
    return person
        .user()
        .map(user -> new String[] {HeaderUserFilter.HEADER, user})
        .orElse(new String[0]);
  }

  private static String page(DriverProcess driver) {
    return "/sparkui/" + driver.applicationId() + "/jobs/";
  }

  private static String page(String id) {
    return "/history/" + id + "/jobs/";
  }

  private static String rest(String id) {
    return "/api/v1/applications/" + id + "/jobs";
  }

  private static DriverProcess.Builder application(SparkVersion version, String name) {
    return DriverProcess.builder(version, name)
        .user(AccessMatrix.OWNER)
        .properties(AccessMatrix.OF_APPLICATION);
  }
}
