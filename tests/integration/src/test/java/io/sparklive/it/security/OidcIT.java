// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.it.security.filters.OidcFilter;
import io.sparklive.testkit.ContainerKind;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.SparkVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two teams behind an OpenID Connect login, at a History Server with ACLs and at one without. */
@Tag("war")
@ParameterizedClass
@MethodSource(SecureHistory.ENDS)
class OidcIT {
  private static TeamApplication alices;
  private static TeamApplication bobs;
  private static OidcHistoryServers company;
  private static BrowserUser alice;
  private static BrowserUser bob;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    alices = TeamApplication.of("alice", version);
    bobs = TeamApplication.of("bob", version);
    company = new OidcHistoryServers(version, alices, bobs);
    alice = BrowserUser.loggedIn(company.withAcls(), "alice");
    bob = BrowserUser.loggedIn(company.withAcls(), "bob");
    await().until(() -> alice.get(alices.ui("/jobs/")).statusCode() == 200);
    await().until(() -> bob.get(bobs.ui("/jobs/")).statusCode() == 200);
    for (HistoryServerProcess server : company.both()) {
      await().until(() -> server.get(alices.ui("/static/webui.css")).statusCode() == 200);
    }
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    company.close();
    Stream.of(alices, bobs).forEach(TeamApplication::close);
  }

  @Test
  void redirectsToLoginFirst() {
    for (HistoryServerProcess server : company.both()) {
      for (String path :
          List.of(
              "/",
              alices.ui("/jobs/"),
              "/proxy/" + alices.id() + "/jobs/",
              "/history/" + alices.id() + "/jobs/",
              "/api/v1/applications",
              alices.rest(""),
              alices.rest("/jobs"))) {
        HttpResponse<String> response = new BrowserUser(server).get(path + "?before=login");
        assertThat(response.statusCode()).as(path).isEqualTo(302);
        assertThat(BrowserUser.location(response)).startsWith(company.issuer() + "/");
        assertThat(response.body()).isEmpty();
      }
    }
    assertThat(alices.relay().sent()).doesNotContain("before=login");
  }

  @Test
  void returnsToRequestedPageAfterLogin() {
    String page = alices.ui("/stages/?sort=down");

    assertThat(new BrowserUser(company.withAcls()).logIn(page, "alice")).isEqualTo(page);
  }

  @Test
  void rejectsForgedSessionCookies() {
    BrowserUser carol = new BrowserUser(company.withAcls());
    carol.get("/");
    String made = alice.cookie(OidcFilter.SESSION);
    String forged = carol.cookie(OidcFilter.LOGIN);

    for (String session : List.of(forged, made.substring(1), made + "A", "alice", ".")) {
      HttpResponse<String> response =
          company.withAcls().get(alices.ui("/jobs/"), "Cookie", OidcFilter.SESSION + "=" + session);
      assertThat(response.statusCode()).as(session).isEqualTo(302);
    }
  }

  @Test
  void showsOwnApplication() {
    assertThat(alice.get(alices.ui("/jobs/")).body()).contains("Work of alice");
    assertThat(bob.get(bobs.ui("/executors/")).statusCode()).isEqualTo(200);
    HttpResponse<String> rest = alice.get(alices.rest("/executors"));
    assertThat(rest.statusCode()).isEqualTo(200);
    assertThat(JsonParser.parseString(rest.body()).getAsJsonArray()).isNotEmpty();
  }

  @Test
  void listsApplicationsOfOtherTeams() {
    assertThat(alice.get("/api/v1/applications").body()).contains(alices.id(), bobs.id());
    assertThat(alice.get(bobs.rest("")).body()).contains("Work of bob");
  }

  @Test
  void deniesOtherTeamsApplicationAndNamesPermittedUsers() {
    HttpResponse<String> page = alice.get(bobs.ui("/jobs/?by=alice"));
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(contentType(page)).startsWith("text/html");
    assertThat(page.body()).contains("its user bob");

    HttpResponse<String> rest = bob.get(alices.rest("/jobs?by=bob"));
    assertThat(rest.statusCode()).isEqualTo(403);
    assertThat(contentType(rest)).startsWith("application/json");
    assertThat(JsonParser.parseString(rest.body()).isJsonObject()).isTrue();
    assertThat(rest.body()).contains("its user alice");

    assertThat(bobs.relay().sent()).doesNotContain("by=alice");
    assertThat(alices.relay().sent()).doesNotContain("by=bob");
  }

  @Test
  void neverForwardsSessionCookieToDriver() {
    assertThat(alice.get(alices.ui("/environment/?sees=this")).statusCode()).isEqualTo(200);
    assertThat(alice.get(alices.rest("/jobs?sees=this-too")).statusCode()).isEqualTo(200);

    assertThat(alice.cookie(OidcFilter.SESSION)).isNotEmpty();
    assertThat(alices.relay().sent())
        .contains("sees=this", "sees=this-too")
        .doesNotContainIgnoringCase("\ncookie:")
        .doesNotContain(OidcFilter.SESSION, alice.cookie(OidcFilter.SESSION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jobs/job/kill/x.css?id=0&",
        "/jobs/job/kill/?id=0&a=/x.css&",
        "/stages/stage/kill/x.png?id=0&",
        "/environment/x.js?",
        "/environment/;x.css?",
        "/environment;/x.css?",
        "/environment/x.js/y.css?",
        "/static/../environment/x.css?",
        "/static/..;/environment/x.css?",
        "/static/%2e%2e/environment/x.css?",
        "/jobs/x.%63ss?"
      })
  void forwardsNoPageRequestToDriverWithoutLogin(String path) {
    for (HistoryServerProcess server : company.both()) {
      for (String base : List.of("/sparkui/", "/proxy/")) {
        String mark = "past=" + Integer.toHexString(Objects.hash(server.port(), base, path));
        String past = base + alices.id() + path + mark;
        HttpResponse<String> response = server.get(past);
        if (response.statusCode() == 200) {
          // The WAR forwards it to the History Server. The login filter there lets files pass, and
          // the home page is at any such path.
          assertThat(ContainerKind.inFront().isPresent()).as(past).isTrue();
          assertThat(response.body()).as(past).contains("<title>History Server</title>");
        } else {
          assertThat(response.statusCode()).as(past).isIn(302, 400, 401);
        }
        assertThat(alices.relay().sent()).as(past).doesNotContain(mark);
      }
    }
  }

  @Test
  void forwardsNoRestRequestToDriverWithoutLogin() {
    for (HistoryServerProcess server : company.both()) {
      String past = "past-rest=" + server.port();
      for (String path : List.of("/jobs/x.css?", "/environment;x.css?", "/1/jobs/x.js?")) {
        assertThat(server.get(alices.rest(path + past)).statusCode()).isIn(401, 404);
      }
      assertThat(alices.relay().sent()).doesNotContain(past);
    }
  }

  @Test
  void rejectsPostForStaticFileWithoutLogin() {
    for (HistoryServerProcess server : company.both()) {
      String path = alices.ui("/static/webui.css?posted=" + server.port());
      HttpRequest.Builder post =
          HttpRequest.newBuilder(URI.create(server.uri() + path))
              .POST(HttpRequest.BodyPublishers.ofString("anything"));
      assertThat(server.send(post.build()).statusCode()).isEqualTo(401);
      assertThat(alices.relay().sent()).doesNotContain("posted=" + server.port());
    }
  }

  @Test
  void listsNoApplicationsWithoutLogin() {
    for (HistoryServerProcess server : company.both()) {
      assertThat(server.get("/api/v1/applications;x.css").body())
          .doesNotContain(alices.id(), bobs.id());
    }
  }

  @Test
  void servesStaticFilesWithoutLogin() {
    for (HistoryServerProcess server : company.both()) {
      assertThat(server.get(alices.ui("/static/webui.css")).body())
          .isEqualTo(alices.driver().get("/static/webui.css").body());
    }
  }

  @Test
  void killsOnlyForOwnerFromOwnLivePage() {
    alices.driver().startJob("Sort the clicks", 2, Duration.ofMinutes(5));
    await().until(() -> !killButtons().isEmpty());
    KillButton button = killButtons().get(0);
    String page = company.withAcls().uri() + alices.ui("/jobs/");
    String job = "job " + button.id() + " of ";

    assertThat(new BrowserUser(company.withAcls()).click(button, fromPage(page)).statusCode())
        .isEqualTo(302);
    assertThat(bob.click(button, fromPage(page)).statusCode()).isEqualTo(403);
    for (List<String> sign :
        List.of(
            List.of("Sec-Fetch-Site", "cross-site"),
            List.of("Sec-Fetch-Site", "same-site", "Referer", page),
            List.of("Referer", "https://elsewhere.example/"),
            List.of("Sec-Fetch-Site", "same-origin"),
            List.of("Sec-Fetch-Site", "same-origin", "Referer", company.withAcls().uri() + "/"),
            List.of(
                "Sec-Fetch-Site",
                "same-origin",
                "Referer",
                company.withAcls().uri() + bobs.ui("/jobs/")),
            List.of("Accept", "text/html"),
            List.of("Origin", "null"))) {
      HttpResponse<String> response = alice.click(button, sign.toArray(String[]::new));
      assertThat(response.statusCode()).as("%s", sign).isEqualTo(403);
    }
    assertThat(alices.relay().sent()).doesNotContain("/jobs/job/kill/");

    HttpResponse<String> killed = alice.click(button, fromPage(page));
    assertThat(killed.statusCode()).isEqualTo(302);
    assertThat(BrowserUser.location(killed)).isEqualTo(alices.ui("/jobs/"));
    await()
        .untilAsserted(
            () -> assertThat(alices.driver().get(alices.rest("/jobs")).body()).contains("FAILED"));
    assertThat(company.withAcls().log().lines().filter(line -> line.contains("Kill: ")))
        .anyMatch(
            line -> line.contains("Kill: bob requested to kill " + job) && line.contains("denied"))
        .anyMatch(
            line -> line.contains("Kill: alice requested to kill " + job) && line.endsWith(" 302"))
        .allMatch(line -> line.contains(job))
        .allMatch(line -> line.contains(alices.id()));
  }

  @Test
  void keepsSessionWhileRefreshTokensRotate() {
    BrowserUser carol = BrowserUser.loggedIn(company.withoutAcls(), "carol");
    List<String> pages =
        List.of("/", alices.ui("/jobs/"), alices.rest("/jobs"), "/sparkui/", bobs.ui("/stages/"));
    List<String> parts =
        List.of(
            alices.ui("/static/webui.css"),
            alices.rest("/executors"),
            alices.rest(""),
            bobs.rest("/stages"),
            "/api/v1/applications?limit=5",
            "/static/webui.css",
            "/sparkui/-/applications",
            "/?showIncomplete=true");
    int accepted = company.tokens().accepted();
    for (int view = 0; view < 50; view++) {
      if (view % 5 == 0) {
        expire(company.withoutAcls());
      }
      // Each expiry precedes another page.
      String page = pages.get((view + view / 5) % pages.size());
      assertThat(carol.get(page).statusCode()).as("%s in view %s", page, view).isEqualTo(200);
      assertThat(carol.getAll(parts))
          .allSatisfy(part -> assertThat(part.statusCode()).as("%s", part).isEqualTo(200));
    }
    assertThat(company.tokens().rejected()).isZero();
    assertThat(company.tokens().accepted() - accepted).isEqualTo(10);
  }

  @Test
  @Tag("war-only")
  void renewsSessionOnceForRequestsWithOldCookie() {
    BrowserUser dan = BrowserUser.loggedIn(company.withoutAcls(), "dan");
    List<String> tabs =
        IntStream.range(0, 6)
            .boxed()
            .flatMap(
                i ->
                    Stream.of(
                        "/",
                        alices.ui("/jobs/"),
                        alices.rest("/jobs"),
                        "/api/v1/applications",
                        "/sparkui/-/applications"))
            .toList();
    int accepted = company.tokens().accepted();
    for (int expiry = 0; expiry < 5; expiry++) {
      String old = OidcFilter.SESSION + "=" + dan.cookie(OidcFilter.SESSION);
      expire(company.withoutAcls());

      assertThat(dan.getAll(tabs))
          .allSatisfy(tab -> assertThat(tab.statusCode()).as("%s", tab).isEqualTo(200));
      for (String late : List.of("/", alices.rest("/jobs"), "/logPage/", "/history/none/jobs/")) {
        HttpResponse<String> response = company.withoutAcls().get(late, "Cookie", old);
        assertThat(response.statusCode()).as(late).isNotEqualTo(302);
      }
    }
    assertThat(dan.get("/").statusCode()).isEqualTo(200);
    assertThat(company.tokens().rejected()).isZero();
    assertThat(company.tokens().accepted() - accepted).isEqualTo(5);
  }

  @Test
  @Tag("war-only")
  void logsKillByUnnamedUser() {
    BrowserUser fred = BrowserUser.loggedIn(company.withoutAcls(), "fred");
    String page = company.withoutAcls().uri() + bobs.ui("/jobs/");
    HttpResponse<String> unused = fred.get(bobs.ui("/jobs/job/kill/?id=98765"), fromPage(page));

    await()
        .untilAsserted(
            () ->
                assertThat(company.withoutAcls().log())
                    .contains(
                        "Kill: a user admitted by the History Server, from 127.0.0.1 requested to kill"
                            + " job 98765 of "
                            + bobs.id()));
  }

  private static void expire(HistoryServerProcess server) {
    assertThat(server.get(OidcFilter.EXPIRY).statusCode()).isEqualTo(204);
  }

  private static List<KillButton> killButtons() {
    return KillButton.on(alice.get(alices.ui("/jobs/")).body());
  }

  private static String[] fromPage(String page) {
    return new String[] {"Referer", page, "Sec-Fetch-Site", "same-origin"};
  }

  private static String contentType(HttpResponse<String> response) {
    return response.headers().firstValue("Content-Type").orElse("none");
  }
}
