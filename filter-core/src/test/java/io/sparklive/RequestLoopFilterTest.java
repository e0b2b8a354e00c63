// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.driver.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;

/** A History Server that is configured as a driver of itself. */
@ParameterizedClass
@NewestContainer
class RequestLoopFilterTest extends OneLiveApplication {
  @Override
  protected HistoryServerPlan plan() {
    // Its list, one application without an end, could be that of a driver.
    return new HistoryServerPlan().itsOwnDriver().lists("app-lost", CatalogStatus.INCOMPLETE);
  }

  @Test
  void doesNotListItselfAsDriver() {
    int before = driver.discovery().size();
    await().until(() -> driver.discovery().size() > before + 5);

    assertThat(server.get("/sparkui/-/health").text())
        .contains("\"live\": 1,")
        .contains("\"conflicts\": []");
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/app-lost/jobs/").text())
                    .contains("The driver was not found"));
    assertThat(server.get("/api/v1/applications").text()).containsOnlyOnce("app-lost");
  }

  @Test
  void returnsLoopDetectedForOwnRequests() {
    String via = driver.discovery().get(0).header("Via");

    for (String path : List.of("/", "/api/v1/applications", LIVE + "/jobs/", "/history/" + ID)) {
      Reply reply = server.get(path, "Via", "1.0 another, " + via);
      assertThat(reply.status()).as(path).isEqualTo(508);
      assertThat(reply.text()).contains("This is the History Server itself");
    }
    assertThat(driver.requests()).isEmpty();
    assertThat(server.passed()).isEmpty();
    assertThat(server.get("/", "Via", "1.1 spark-live-history-another").status()).isEqualTo(200);
  }

  @Test
  void stopsRequestThatReturnsThroughDriver() {
    driver.respond(
        "/circle/",
        connection -> {
          String via = connection.request().header("Via");
          Reply back = server.get(LIVE + "/circle/", "Via", via);
          connection.respond(Response.of(back.status(), back.body()));
        });

    assertThat(server.get(LIVE + "/circle/").status()).isEqualTo(508);
    assertThat(driver.requests()).hasSize(1);
  }
}
