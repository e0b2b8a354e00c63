package io.sparklive;

import static io.sparklive.GuardedApplication.ID;
import static io.sparklive.GuardedApplication.LIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.LoggedLines;
import io.sparklive.harness.NewestContainer;
import io.sparklive.testkit.driver.Script;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The line that every attempt to kill leaves in the log. */
@ParameterizedClass
@NewestContainer
class KillLogFilterTest extends OneGuardedApplication {
  private LoggedLines logged;

  @BeforeEach
  void listen() {
    logged = new LoggedLines();
  }

  @AfterEach
  void stopListening() {
    logged.close();
  }

  private String lineOf(String user, String method, String target, String... headers) {
    application.ask(user, method, target, headers);
    await().until(() -> !lines().isEmpty());
    assertThat(lines()).hasSize(1);
    return lines().get(0);
  }

  private List<String> lines() {
    return logged.with("KillLog");
  }

  @ParameterizedTest(name = "{0} {1} {2}: {4}, {5}")
  @CsvSource({
    "mike, POST, /jobs/job/kill/?id=3, , job 3 of, 302",
    "mike, POST, /stages/stage/kill/?id=12&terminate=true, , stage 12 of, 302",
    "mike, GET, /jobs/job/kill/?id=3, same-origin, job 3 of, 302",
    "mike, GET, /jobs/job/kill/?id=3, , job 3 of, not asked for here",
    "mike, POST, /jobs/job/kill/?id=3, cross-site, job 3 of, other site",
    "vera, POST, /jobs/job/kill/?id=3, , job 3 of, not a modifier",
    "sten, POST, /stages/stage/kill, , a stage (its id is not in the query) of, not a modifier",
    "mike, POST, /jobs/job/kill/?id=3%0aKill:, , a job (its id is not in the query) of, 302",
    "mike, POST, /jobs/job/kill/?id=, , a job (its id is not in the query) of, 302",
    "mike, POST, /jobs/job/kill/, , a job (its id is not in the query) of, 302"
  })
  void saysWhoWhatAndOutcome(
      String user, String method, String target, String fetchSite, String what, String outcome) {
    String line =
        fetchSite == null
            ? lineOf(user, method, LIVE + target)
            : lineOf(user, method, LIVE + target, "Sec-Fetch-Site", fetchSite);

    assertThat(line)
        .contains("INFO", "Kill: " + user + " asks to ", what, ID + " (Night shift)")
        .endsWith(outcome);
  }

  @Test
  void namesNobodyWhereNobodyHasLoggedIn() {
    assertThat(lineOf(null, "POST", LIVE + "/jobs/job/kill/?id=3"))
        .contains("job 3", "not logged in")
        .endsWith("login required");
  }

  @Test
  void namesBothWhereOneAsksOnBehalfOfAnother() {
    assertThat(lineOf("adam", "POST", LIVE + "/jobs/job/kill/?id=3&doAs=mike"))
        .contains("Kill: adam", "mike", "job 3")
        .endsWith("302");
  }

  @Test
  void isOneLineWhateverTheyAreCalled() {
    String forged = "x%0AINFO%20Kill:%20eve%0D%0Ay%E2%80%A8z%C2%85";
    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/?id=3&doAs=" + forged))
        .contains("Kill: mike", "not on behalf of others");
    assertThat(logged.with("Kill: eve")).hasSize(1).isEqualTo(lines());
  }

  @Test
  void saysWhatTheDriverDoesNotAnswer() {
    application.driver().respond("/jobs/job/kill/", Script.sending(""));

    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/?id=3")).endsWith("502");
  }

  @Test
  void saysWhatIsKilledAndNotWhatElseThePathNames() {
    assertThat(lineOf("mike", "POST", LIVE + "/jobs/job/kill/stages/stage/kill/?id=3"))
        .contains("job 3 of");
  }

  @Test
  void isWrittenForKillsAlone() {
    application.ask("adam", "POST", LIVE + "/jobs/");
    application.ask("adam", "GET", LIVE + "/jobs/job/?id=3");
    lineOf("mike", "POST", "/proxy/" + ID + "/jobs/job/kill/?id=3");

    assertThat(lines()).hasSize(1);
  }
}
