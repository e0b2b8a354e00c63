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

  @ParameterizedTest(name = "{0}: UI {1}, REST {2}, info {3}, static {4}, kill {5}")
  @CsvSource({
    "    , 401, 401, 401, 401, 401",
    "sten, 403, 403, 200, 200, 403",
    "vera, 200, 200, 200, 200, 403",
    "mike, 403, 403, 200, 200, 302",
    "adam, 200, 200, 200, 200, 302"
  })
  void enforcesPermissionsOfEachUser(String user, int ui, int rest, int info, int file, int kill) {
    for (String base : List.of("/sparkui/", "/proxy/")) {
      assertThat(request(user, "GET", base + ID + "/jobs/").status()).isEqualTo(ui);
      assertThat(reachedDriver()).isEqualTo(ui == 200);
      assertThat(request(user, "GET", base + ID + REST + "/jobs").status()).isEqualTo(rest);
      assertThat(reachedDriver()).isEqualTo(rest == 200);
      // With a query, the driver responds each time.
      assertThat(request(user, "GET", base + ID + "/static/webui.css?1").status()).isEqualTo(file);
      assertThat(reachedDriver()).isEqualTo(file == 200);
      assertThat(kill(user, base + ID + "/jobs/job/kill/?id=3").status()).isEqualTo(kill);
      assertThat(reachedDriver()).isEqualTo(kill == 302);
      assertThat(kill(user, base + ID + "/stages/stage/kill/?id=3").status()).isEqualTo(kill);
      assertThat(reachedDriver()).isEqualTo(kill == 302);
    }
    assertThat(request(user, "HEAD", LIVE + "/jobs/").status()).isEqualTo(ui);
    assertThat(reachedDriver()).isEqualTo(ui == 200);
    assertThat(request(user, "GET", REST + "/jobs").status()).isEqualTo(rest);
    assertThat(reachedDriver()).isEqualTo(rest == 200);
    assertThat(request(user, "GET", REST).status()).isEqualTo(info);
    assertThat(reachedDriver()).isEqualTo(rest == 200);
    assertThat(request(user, "GET", "/api/v1/applications").text().contains(ID))
        .isEqualTo(user != null);
  }

  @Test
  void explainsDenialToBrowsersOnHtmlPage() {
    Reply unauthenticated = request(null, "GET", LIVE + "/jobs/");
    assertThat(unauthenticated.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(unauthenticated.text())
        .contains("<h4>Login required</h4>")
        .doesNotContain("Night shift");

    Reply denied = request("sten", "GET", LIVE + "/jobs/");
    assertThat(denied.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(denied.text())
        .contains("<h4>You may not view this application</h4>")
        .contains("Night shift", "its user ada", "spark.ui.view.acls");

    assertThat(kill("vera", KILL).text())
        .contains("<h4>You may not kill jobs or stages</h4>", "its user ada", "spark.modify.acls");
  }

  @ParameterizedTest
  @ValueSource(strings = {REST + "/jobs", LIVE + REST + "/jobs", "/proxy/" + ID + REST})
  void explainsDenialOfRestRequestsInJson(String path) {
    Reply unauthenticated = request(null, "GET", path);
    Reply denied = request("sten", "GET", path);

    for (Reply reply : List.of(unauthenticated, denied)) {
      assertThat(reply.header("Content-Type").orElse("")).startsWith("application/json");
      assertThat(JsonParser.parseString(reply.text()).getAsJsonObject().get("status").getAsInt())
          .isEqualTo(reply.status());
    }
    assertThat(unauthenticated.status()).isEqualTo(401);
    assertThat(unauthenticated.text()).doesNotContain("Night shift");
    assertThat(denied.status()).isEqualTo(403);
  }

  @Test
  void returnsListedFieldsToEveryUser() {
    assertThat(request("sten", "GET", REST).text())
        .contains("\"id\" : \"" + ID + "\"", "\"sparkUser\" : \"ada\"")
        .doesNotContain("driver:");
    assertThat(request("vera", "GET", REST).text()).isEqualTo("driver: GET " + REST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sparkui/app-unknown/jobs/", "/sparkui/app-unknown", "/proxy/app-x/"})
  void hidesUnknownApplicationsFromUnauthenticatedUsers(String path) {
    assertThat(request(null, "GET", path).status()).isEqualTo(401);
    assertThat(request("sten", "GET", path).status()).isEqualTo(404);
  }

  @Test
  void servesAssetsAndHealthToUnauthenticatedUsers() {
    assertThat(request(null, "GET", "/sparkui/-/assets/live-history.css").status()).isEqualTo(200);
    assertThat(request(null, "GET", "/sparkui/-/health").status()).isEqualTo(200);
    assertThat(request(null, "GET", "/sparkui/-/health").text())
        .doesNotContainPattern("\\b(ada|vera)\\b");
  }
}
