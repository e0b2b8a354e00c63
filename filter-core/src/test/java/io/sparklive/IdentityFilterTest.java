package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.harness.ScriptedDriver;
import org.junit.jupiter.params.ParameterizedTest;

/** Addresses change hands between two looks at them. */
class IdentityFilterTest {
  @ParameterizedTest
  @NewestContainer
  void anotherApplicationIsNotShownUnderTheOldNameBeforeAnybodyHasNoticed(Container container)
      throws Exception {
    ScriptedDriver first = new ScriptedDriver("app-1", IdentityFilterTest::secret);
    int port = first.port();
    HistoryServerPlan plan =
        new HistoryServerPlan().drivers(first.address()).parameter("driversRefresh", "1h");
    try (EmbeddedHistoryServer server = container.start(plan)) {
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/app-1/jobs/").status()).isEqualTo(200));
      first.close();

      try (ScriptedDriver second = ScriptedDriver.at(port, "app-2", IdentityFilterTest::secret)) {
        Reply page = server.get("/sparkui/app-1/jobs/");
        assertThat(page.status()).isEqualTo(502);
        assertThat(page.text())
            .contains("app-1", "Something else answers now where its driver was")
            .doesNotContain("secret");
        assertThat(server.get("/api/v1/applications/app-1/jobs").text()).doesNotContain("secret");
        assertThat(second.served()).isZero();
      }
    }
  }

  private static void secret(ScriptedDriver.Exchange exchange) throws java.io.IOException {
    exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
  }
}
