// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.GuardedApplication.ID;
import static io.sparklive.GuardedApplication.LIVE;
import static io.sparklive.GuardedApplication.REST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** Access to information on an ended application if ACLs are on. */
class EndedApplicationAccessFilterTest {
  @ParameterizedTest
  @NewestContainer
  void hidesEndedApplicationFromUnauthenticatedUsers(Container container) throws Exception {
    try (GuardedApplication application =
        new GuardedApplication(container, new HistoryServerPlan())) {
      application.driver().close();
      await()
          .untilAsserted(
              () ->
                  assertThat(application.request(null, "GET", "/sparkui/-/health").text())
                      .contains("\"ended\": 1"));

      for (String path : List.of(LIVE + "/jobs/", LIVE, REST + "/jobs", REST, "/history/" + ID)) {
        Reply reply = application.request(null, "GET", path);
        assertThat(reply.status()).as(path).isEqualTo(401);
        assertThat(reply.text()).doesNotContain("Night shift", "ended");
      }
      assertThat(application.request("sten", "GET", LIVE + "/jobs/").status()).isEqualTo(503);
      assertThat(application.request("sten", "GET", REST).status()).isEqualTo(200);
    }
  }
}
