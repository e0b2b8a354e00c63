// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.EmbeddedHistoryServer.Passed;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If the catalog fails, the History Server's own responses are still complete. */
@ParameterizedClass
@NewestContainer
class FailingCatalogFilterTest extends OneLiveApplication {
  private HistoryServerPlan plan;

  @Override
  protected HistoryServerPlan plan() {
    plan = new HistoryServerPlan().lists("app-done", CatalogStatus.COMPLETE);
    return plan;
  }

  @BeforeEach
  void failAlways() {
    plan.catalog().failAfter(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?status=running", "?limit=1"})
  void returnsUnchangedList(String query) {
    assertThat(server.get("/api/v1/applications" + query).text()).isEqualTo(plan.list());
    assertThat(server.passed()).hasSize(1).allMatch(Passed::untouched);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/?showIncomplete=true", "/home", "/any/path"})
  void returnsUnchangedHomePage(String path) {
    assertThat(server.get(path).text()).contains("the home page <h4>No ");
    assertThat(server.passed()).hasSize(1);
  }

  @Test
  void passesOtherRequestsUnchanged() {
    for (String path :
        List.of(
            "/static/webui.css",
            "/history/app-done/jobs/",
            "/api/v1/applications/app-done/jobs",
            "/api/v1/version")) {
      Reply reply = server.get(path);
      assertThat(reply.status()).isIn(200, 404);
      assertThat(reply.text()).contains(path);
    }
    assertThat(server.passed()).hasSize(4).allMatch(Passed::untouched);
  }

  @Test
  void completesListIfCatalogFailsMidway() {
    plan.catalog().failAfter(1);

    Reply reply = server.get("/api/v1/applications");

    assertThat(reply.whole()).isTrue();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).containsOnlyOnce("app-done").containsOnlyOnce(ID).endsWith(" ]");
  }

  @Test
  void returnsServiceUnavailableForLiveUi() {
    for (String id : List.of(ID, "app-unknown")) {
      Reply reply = server.get("/sparkui/" + id + "/jobs/");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).contains("5");
      assertThat(reply.text()).contains("The History Server does not respond", id);
    }
    assertThat(driver.requests()).isEmpty();
  }
}
