// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.LoginStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;

/** The responses to callers that the History Server does not admit. */
@ParameterizedClass
@NewestContainer
class LoginStatusFilterTest extends OneLiveApplication {
  private static final String REST = "/api/v1/applications/" + ID + "/jobs";
  private static final String HISTORY = "/history/" + ID + "/jobs/";
  private static final List<String> OURS =
      List.of(
          LIVE,
          LIVE + "/",
          LIVE + "/jobs/",
          LIVE + REST,
          "/proxy/" + ID + "/executors/",
          "/sparkui/",
          "/sparkui/-/applications");

  private final HistoryServerPlan plan = new HistoryServerPlan();

  @Override
  protected HistoryServerPlan plan() {
    return plan;
  }

  @BeforeEach
  void grantEntry() {
    plan.access().setLoginStatus(LoginStatus.GRANTED);
  }

  @Test
  void servesLiveContentIfHistoryServerGrantsEntry() throws Exception {
    assertThat(server.get(LIVE + "/jobs/").header("X-Tried-At")).contains("pages");
    assertThat(server.get(REST).header("X-Tried-At")).contains("API");
    assertThat(server.get(LIVE + REST).header("X-Tried-At")).contains("API");
    assertThat(server.get("/sparkui/-/applications").status()).isEqualTo(200);
    assertThat(driver.requests()).isNotEmpty();
  }

  @Test
  void returnsHistoryServerResponseIfEntryIsDenied() throws Exception {
    plan.access().setLoginStatus(LoginStatus.DENIED);

    for (String path : OURS) {
      Reply reply = server.get(path);
      assertThat(reply.text()).as(path).contains("the home page").doesNotContain(ID);
    }
    assertThat(server.get(HISTORY).text()).contains("the History Server's " + HISTORY);
    assertThat(server.get(REST).text()).contains("unknown app");
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void deniesPostRequestsIfEntryIsDenied() throws Exception {
    plan.access().setLoginStatus(LoginStatus.DENIED);

    for (String path : List.of(LIVE + "/jobs/job/kill/?id=0", LIVE + "/static/webui.css", REST)) {
      Reply reply = Browser.send(server.port(), "POST", path, "a=b");
      assertThat(reply.status()).as(path).isEqualTo(401);
    }
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void returnsServiceUnavailableIfEntryDecisionIsUnknown() throws Exception {
    plan.access().setLoginStatus(LoginStatus.UNKNOWN);

    for (String path : OURS) {
      Reply reply = server.get(path);
      assertThat(reply.status()).as(path).isEqualTo(503);
      assertThat(reply.text()).as(path).contains("The History Server does not respond");
    }
    assertThat(server.get(HISTORY).text()).contains("the History Server's " + HISTORY);
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void mergesListsOnlyIfEntryIsGranted() throws Exception {
    for (LoginStatus admission : List.of(LoginStatus.DENIED, LoginStatus.UNKNOWN)) {
      plan.access().setLoginStatus(admission);
      assertThat(server.get("/api/v1/applications").text()).doesNotContain(ID);
      assertThat(server.get("/?showIncomplete=true").text())
          .contains("No incomplete applications found!")
          .doesNotContain("live-history");
    }

    plan.access().setLoginStatus(LoginStatus.GRANTED);
    assertThat(server.get("/api/v1/applications").text()).contains(ID);
    assertThat(server.get("/?showIncomplete=true").text()).contains("live-history");
  }

  @Test
  void skipsEntryCheckForPublicPaths() throws Exception {
    plan.access().setLoginStatus(LoginStatus.DENIED);

    for (String path :
        List.of(
            LIVE + "/static/webui.css",
            "/sparkui/-/assets/theme.js",
            "/sparkui/-/health",
            "/sparkui/-/metrics",
            "/static/webui.css")) {
      assertThat(server.get(path).header("X-Tried-At")).as(path).isEmpty();
    }
    // The filter may still poll the driver for a test before this one.
    assertThat(driver.requests())
        .filteredOn(request -> !request.target().startsWith("/api/"))
        .hasSize(1);
  }
}
