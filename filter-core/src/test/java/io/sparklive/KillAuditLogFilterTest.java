// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.GuardedApplication.ID;
import static io.sparklive.GuardedApplication.LIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.LoggedLines;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.Script;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The line that every attempt to kill a job or a stage writes to the log. */
@ParameterizedClass
@EnumSource(Container.class)
class KillAuditLogFilterTest extends OneGuardedApplication {
  private static final String[] FORM = {"Content-Type", "application/x-www-form-urlencoded"};

  private LoggedLines logged;
  private Reply reply;

  @BeforeEach
  void listen() {
    logged = new LoggedLines();
  }

  @AfterEach
  void stopListening() {
    logged.close();
  }

  private String lineOf(String user, String method, String target, String... headers) {
    String[] fromPage = {"Referer", application.page()};
    application.request(user, method, target, headers.length == 0 ? fromPage : headers);
    return onlyLine();
  }

  private String lineOfForm(String target, String form, String... headers) {
    String[] all =
        Stream.concat(
                Stream.of(headers), Stream.of("X-Test-User", "mike", "Referer", application.page()))
            .toArray(String[]::new);
    reply = Browser.send(application.server().port(), "POST", target, form, all);
    return onlyLine();
  }

  private String onlyLine() {
    await().until(() -> !lines().isEmpty());
    assertThat(lines()).hasSize(1);
    return lines().get(0);
  }

  private List<String> lines() {
    return logged.with("KillAuditLog");
  }

  @ParameterizedTest(name = "{0} {1} {2}: {4}, {5}")
  @CsvSource({
    "mike, POST, /jobs/job/kill/?id=3, , job 3 of, 302",
    "mike, POST, /stages/stage/kill/?id=12&terminate=true, , stage 12 of, 302",
    "mike, GET, /jobs/job/kill/?id=3, , job 3 of, 302",
    "mike, GET, /jobs/job/kill/?id=3, same-origin, job 3 of, not from application page",
    "mike, POST, /jobs/job/kill/?id=3, same-origin, job 3 of, not from application page",
    "mike, POST, /jobs/job/kill/?id=3, cross-site, job 3 of, other site",
    "vera, POST, /jobs/job/kill/?id=3, , job 3 of, not a modifier",
    "sten, POST, /stages/stage/kill, , a stage (no id) of, not a modifier",
    "mike, POST, /jobs/job/kill/?id=3%0aKill:, , a job (no id) of, 302",
    "mike, POST, /jobs/job/kill/?id=, , a job (no id) of, 302",
    "mike, POST, /jobs/job/kill/, , a job (no id) of, 302"
  })
  void logsUserTargetAndOutcome(
      String user, String method, String target, String fetchSite, String job, String outcome) {
    String line =
        fetchSite == null
            ? lineOf(user, method, LIVE + target)
            : lineOf(user, method, LIVE + target, "Sec-Fetch-Site", fetchSite);

    assertThat(line)
        .contains("INFO", "Kill: " + user + " requested to ", job, ID + " (Night shift)")
        .endsWith(outcome);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "/jobs/job/kill/, id=58&csrfToken=0f, job 58 of",
    "/stages/stage/kill/, csrfToken=0f&id=7, stage 7 of",
    "/stages/stage/kill/, %69d=7, stage 7 of",
    "/jobs/job/kill/, id=58&id=59, job 58 of",
    "/jobs/job/kill/?id=3, id=58, job 3 of",
    "/jobs/job/kill/?a=b, id=58, job 58 of",
    "/jobs/job/kill/, id=, a job (no id) of",
    "/jobs/job/kill/, id=5%0aKill: eve, a job (no id) of",
    "/jobs/job/kill/, csrfToken=0f, a job (no id) of",
    "/jobs/job/kill/, %zz=%&id=58, job 58 of",
    "/jobs/job/kill/, '&&=&id=58', job 58 of",
  })
  void logsIdFromForwardedForm(String target, String form, String job) {
    assertThat(lineOfForm(LIVE + target, form, FORM)).contains(job).endsWith("302");
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.location()).startsWith(LIVE);
    assertThat(application.driver().onlyRequest().body()).isEqualTo(form);
    assertThat(application.driver().onlyRequest().target()).isEqualTo(target);
    assertThat(application.driver().onlyRequest().header("Content-Type")).isEqualTo(FORM[1]);
  }

  @Test
  void logsIdFromFormThatIsNotForwarded() {
    assertThat(lineOfForm(LIVE + "/jobs/job/kill/", "id=58", "Sec-Fetch-Site", "cross-site"))
        .contains("a job (no id)")
        .endsWith("denied, other site");
    logged.close();
    listen();
    assertThat(
            lineOfForm(
                LIVE + "/jobs/job/kill/",
                "id=58&csrfToken=0f",
                FORM[0],
                FORM[1] + ";charset=UTF-8",
                "Sec-Fetch-Site",
                "cross-site"))
        .contains("job 58 of")
        .endsWith("denied, other site");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(application.driver().requests()).isEmpty();
  }

  @Test
  void logsIdFromFormIfDriverDoesNotRespond() {
    application.driver().respond("/jobs/job/kill/", Script.sending(""));

    assertThat(lineOfForm(LIVE + "/jobs/job/kill/", "id=58", FORM))
        .contains("job 58 of")
        .endsWith("502");
    assertThat(reply.status()).isEqualTo(502);
  }

  @Test
  void logsIdFromChunkedForm() {
    try (Browser browser = new Browser(application.server().port())) {
      browser.send(
          "POST",
          LIVE + "/jobs/job/kill/",
          FORM[0],
          FORM[1],
          "X-Test-User",
          "mike",
          "Referer",
          application.page(),
          "Transfer-Encoding",
          "chunked",
          "Connection",
          "close");
      browser.write("4\r\nid=5\r\n");
      browser.write("1\r\n8\r\n0\r\n\r\n");

      assertThat(browser.reply("POST").status()).isEqualTo(302);
    }
    assertThat(onlyLine()).contains("job 58 of").endsWith("302");
    assertThat(application.driver().onlyRequest().body()).isEqualTo("id=58");
  }

  @Test
  void deniesTooLargeForm() {
    String form = "a=" + "x".repeat(20_000) + "&id=58";

    assertThat(lineOfForm(LIVE + "/jobs/job/kill/", form, FORM)).endsWith("denied, form too large");
    assertThat(reply.status()).isEqualTo(413);
    assertThat(application.driver().requests()).isEmpty();
  }

  @Test
  void forwardsFormThatAnotherFilterHasRead() {
    assertThat(
            lineOfForm(
                LIVE + "/jobs/job/kill/?a=1",
                "id=58&csrfToken=0f%2B&id=59&empty=",
                FORM[0],
                FORM[1],
                "X-Test-Parsed",
                "yes"))
        .contains("job 58 of")
        .endsWith("302");
    assertThat(application.driver().onlyRequest().body().split("&"))
        .containsExactlyInAnyOrder("id=58", "id=59", "csrfToken=0f%2B", "empty=");
  }

  @Test
  void forwardsBodyThatIsNoForm() {
    assertThat(
            lineOfForm(LIVE + "/jobs/job/kill/?id=3", "{\"id\": 58}", FORM[0], "application/json"))
        .contains("job 3 of")
        .endsWith("302");
    assertThat(application.driver().onlyRequest().body()).isEqualTo("{\"id\": 58}");
  }

  @Test
  void logsNoUserWithoutLogin() {
    assertThat(lineOf(null, "POST", LIVE + "/jobs/job/kill/?id=3"))
        .contains("job 3", "an unauthenticated user")
        .endsWith("login required");
  }

  @Test
  void logsUserAndDoAs() {
    assertThat(lineOf("adam", "POST", LIVE + "/jobs/job/kill/?id=3&doAs=mike"))
        .contains("Kill: adam", "mike", "job 3")
        .endsWith("302");
  }

  @Test
  void logsOneLineForAnyNames() {
    String forged = "x%0AINFO%20Kill:%20eve%0D%0Ay%E2%80%A8z%C2%85";
    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/?id=3&doAs=" + forged))
        .contains("Kill: mike", "not an administrator");
    assertThat(logged.with("Kill: eve")).hasSize(1).isEqualTo(lines());
  }

  @Test
  void logsStatusIfDriverDoesNotRespond() {
    application.driver().respond("/jobs/job/kill/", Script.sending(""));

    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/?id=3")).endsWith("502");
  }

  @Test
  void logsKilledTargetNotOtherPartsOfThePath() {
    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/stages/stage/kill/?id=3"))
        .contains("job 3 of");
  }

  @Test
  void logsOnlyKills() {
    application.request("adam", "POST", LIVE + "/jobs/");
    application.request("adam", "GET", LIVE + "/jobs/job/?id=3");
    lineOf("mike", "POST", "/proxy/" + ID + "/jobs/job/kill/?id=3");

    assertThat(lines()).hasSize(1);
  }
}
