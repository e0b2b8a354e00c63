// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.GuardedApplication.ID;
import static io.sparklive.GuardedApplication.LIVE;
import static io.sparklive.GuardedApplication.REST;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access to a live application over HTTP if ACLs are on. */
@ParameterizedClass
@NewestContainer
class AccessFilterTest extends OneGuardedApplication {
  private static final String KILL = LIVE + "/jobs/job/kill/?id=3";

  @ParameterizedTest(name = "{0}: UI {1}, REST {2}, facts {3}, static {4}, kill {5}")
  @CsvSource({
    "    , 401, 401, 401, 401, 401",
    "sten, 403, 403, 200, 200, 403",
    "vera, 200, 200, 200, 200, 403",
    "mike, 403, 403, 200, 200, 302",
    "adam, 200, 200, 200, 200, 302"
  })
  void enforcesPermissionsOfEachUser(String user, int ui, int rest, int facts, int file, int kill) {
    for (String base : List.of("/sparkui/", "/proxy/")) {
      assertThat(ask(user, "GET", base + ID + "/jobs/").status()).isEqualTo(ui);
      assertThat(reachedDriver()).isEqualTo(ui == 200);
      assertThat(ask(user, "GET", base + ID + REST + "/jobs").status()).isEqualTo(rest);
      assertThat(reachedDriver()).isEqualTo(rest == 200);
      // With a query, the driver responds each time.
      assertThat(ask(user, "GET", base + ID + "/static/webui.css?1").status()).isEqualTo(file);
      assertThat(reachedDriver()).isEqualTo(file == 200);
      assertThat(kill(user, base + ID + "/jobs/job/kill/?id=3").status()).isEqualTo(kill);
      assertThat(reachedDriver()).isEqualTo(kill == 302);
      assertThat(kill(user, base + ID + "/stages/stage/kill/?id=3").status()).isEqualTo(kill);
      assertThat(reachedDriver()).isEqualTo(kill == 302);
    }
    assertThat(ask(user, "HEAD", LIVE + "/jobs/").status()).isEqualTo(ui);
    assertThat(reachedDriver()).isEqualTo(ui == 200);
    assertThat(ask(user, "GET", REST + "/jobs").status()).isEqualTo(rest);
    assertThat(reachedDriver()).isEqualTo(rest == 200);
    assertThat(ask(user, "GET", REST).status()).isEqualTo(facts);
    assertThat(reachedDriver()).isEqualTo(rest == 200);
    assertThat(ask(user, "GET", "/api/v1/applications").text().contains(ID))
        .isEqualTo(user != null);
  }

  @Test
  void explainsDenialToBrowsersOnHtmlPage() {
    Reply nobody = ask(null, "GET", LIVE + "/jobs/");
    assertThat(nobody.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(nobody.text()).contains("<h4>Login required</h4>").doesNotContain("Night shift");

    Reply stranger = ask("sten", "GET", LIVE + "/jobs/");
    assertThat(stranger.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(stranger.text())
        .contains("<h4>You may not view this application</h4>")
        .contains("Night shift", "its user ada", "spark.ui.view.acls");

    assertThat(kill("vera", KILL).text())
        .contains("<h4>You may not kill jobs or stages</h4>", "its user ada", "spark.modify.acls");
  }

  @ParameterizedTest
  @ValueSource(strings = {REST + "/jobs", LIVE + REST + "/jobs", "/proxy/" + ID + REST})
  void explainsDenialOfRestRequestsInJson(String path) {
    Reply nobody = ask(null, "GET", path);
    Reply stranger = ask("sten", "GET", path);

    for (Reply reply : List.of(nobody, stranger)) {
      assertThat(reply.header("Content-Type").orElse("")).startsWith("application/json");
      assertThat(JsonParser.parseString(reply.text()).getAsJsonObject().get("status").getAsInt())
          .isEqualTo(reply.status());
    }
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.text()).doesNotContain("Night shift");
    assertThat(stranger.status()).isEqualTo(403);
  }

  @Test
  void returnsListedFieldsToEveryUser() {
    assertThat(ask("sten", "GET", REST).text())
        .contains("\"id\" : \"" + ID + "\"", "\"sparkUser\" : \"ada\"")
        .doesNotContain("driver:");
    assertThat(ask("vera", "GET", REST).text()).isEqualTo("driver: GET " + REST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sparkui/app-unknown/jobs/", "/sparkui/app-unknown", "/proxy/app-x/"})
  void hidesUnknownApplicationsFromUnauthenticatedUsers(String path) {
    assertThat(ask(null, "GET", path).status()).isEqualTo(401);
    assertThat(ask("sten", "GET", path).status()).isEqualTo(404);
  }

  @Test
  void servesAssetsAndHealthToUnauthenticatedUsers() {
    assertThat(ask(null, "GET", "/sparkui/-/assets/live-history.css").status()).isEqualTo(200);
    assertThat(ask(null, "GET", "/sparkui/-/health").status()).isEqualTo(200);
    assertThat(ask(null, "GET", "/sparkui/-/health").text())
        .doesNotContainPattern("\\b(ada|vera)\\b");
  }
}
