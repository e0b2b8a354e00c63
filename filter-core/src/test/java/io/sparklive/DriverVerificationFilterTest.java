// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Script;
import org.junit.jupiter.params.ParameterizedTest;

/** An address gets another owner between two polls. */
class DriverVerificationFilterTest {
  @ParameterizedTest
  @NewestContainer
  void rejectsResponseOfOtherApplicationAtSameAddress(Container container) throws Exception {
    try (FakeDriver driver = new FakeDriver("app-1");
        EmbeddedHistoryServer server =
            container.start(
                new HistoryServerPlan()
                    .drivers(driver.address())
                    .parameter("driversRefresh", "1h"))) {
      driver.respondToProxied(Script.sending("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret"));
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/app-1/jobs/").status()).isEqualTo(200));
      int served = driver.served();
      driver.refuse();
      driver.run("app-2");

      Reply page = server.get("/sparkui/app-1/jobs/");
      assertThat(page.status()).isEqualTo(502);
      assertThat(page.text())
          .contains("app-1", "Another program responds at the address of its driver")
          .doesNotContain("secret");
      assertThat(server.get("/api/v1/applications/app-1/jobs").text()).doesNotContain("secret");
      assertThat(driver.served()).isEqualTo(served);
    }
  }
}
