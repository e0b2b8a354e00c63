// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.GuardedApplication.ID;
import static io.sparklive.GuardedApplication.REST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access to the running table if ACLs are on. */
@ParameterizedClass
@NewestContainer
class OverviewAccessFilterTest {
  private static final String JSON = "/sparkui/-/applications";

  @Parameter private Container container;
  private GuardedApplication application;

  @BeforeEach
  void start() throws Exception {
    // No user has viewed it before: the filter polls the driver at once.
    application = new GuardedApplication(container, new HistoryServerPlan());
    for (String path : List.of("/jobs", "/executors")) {
      application
          .driver()
          .respond(REST + path, Response.of(200, "[ ]", "Content-Type", "application/json"));
    }
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private JsonObject entryFor(String user) {
    Reply reply = application.request(user, "GET", JSON);
    assertThat(reply.status()).isEqualTo(200);
    JsonArray all =
        JsonParser.parseString(reply.text()).getAsJsonObject().getAsJsonArray("applications");
    assertThat(all).hasSize(1);
    return all.get(0).getAsJsonObject();
  }

  @Test
  void hidesOverviewFromUnauthenticatedUsers() {
    assertThat(application.request(null, "GET", JSON).status()).isEqualTo(401);
    assertThat(application.request(null, "GET", "/sparkui/").status()).isEqualTo(401);
    assertThat(application.request(null, "GET", "/").text()).doesNotContain("live-history");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sten", "mike"})
  void hidesRestrictedDetailsWithoutPollingDriver(String user) {
    int before = application.driver().discovery().size();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(entryFor(user))
                  .isEqualTo(
                      JsonParser.parseString(
                          """
                          {
                            "id": "%s", "name": "Night shift", "user": "ada",
                            "started": 1770000000000, "sparkVersion": "4.2.0",
                            "state": "running", "viewable": false, "link": "/sparkui/%s/"
                          }\
                          """
                              .formatted(ID, ID)));
              return application.driver().discovery().size() >= before + 5;
            });

    assertThat(application.driver().requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vera", "adam"})
  void showsAllDetailsOncePermissionIsChecked(String user) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              assertThat(entryFor(user).get("viewable").getAsBoolean()).isTrue();
              assertThat(entryFor(user).has("progress")).isTrue();
            });

    assertThat(entryFor(user).get("state").getAsString()).isEqualTo("live");
    assertThat(application.driver().requests())
        .allMatch(request -> request.headers().keySet().stream().noneMatch("cookie"::equals));
    assertThat(entryFor("sten").has("progress")).isFalse();
  }
}
