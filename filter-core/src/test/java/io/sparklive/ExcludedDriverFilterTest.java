// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.LoggedLines;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EventLogEndpoint;
import java.util.Optional;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Drivers in client mode that settings exclude from the search by event log. */
@ParameterizedClass
@EnumSource(Container.class)
class ExcludedDriverFilterTest {
  @Parameter private Container container;

  private static final String NOT_ALLOWED =
      "its host is not allowed by allowedDriverNetworks; the log names it";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | 23100 | 127.0.0.1 at the ports 4050-4051;"
            + " spark.ui.port=23100 is outside clientUiPorts=4050-4051"
            + " | spark.ui.port=23100 is outside clientUiPorts=4050-4051",
        "127.0.0.1 | 0 | 127.0.0.1 at the ports 4050-4051;"
            + " spark.ui.port=0 is any free port, which may be outside clientUiPorts=4050-4051"
            + " | spark.ui.port=0 is any free port, which may be outside clientUiPorts=4050-4051",
        "169.254.169.254 | 4050"
            + " | 169.254.169.254, which allowedDriverNetworks does not allow | "
            + NOT_ALLOWED,
        "10.20.30.40 | 4050 | 10.20.30.40, which allowedDriverNetworks does not allow | "
            + NOT_ALLOWED
      })
  void reportsExcludedDriversInHealthWithoutHosts(
      String host, int port, String why, String reported) throws Exception {
    HistoryServerPlan plan =
        new HistoryServerPlan()
            .parameter("clientUiPorts", "4050-4051")
            .parameter("allowedDriverNetworks", "127.0.0.1")
            .lists("app-1", CatalogStatus.INCOMPLETE);
    plan.catalog()
        .setLoggedDriver("app-1", new EventLogEndpoint(host, Optional.of(port), Optional.empty()));
    try (LoggedLines log = new LoggedLines();
        EmbeddedHistoryServer server = container.start(plan)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/-/health").text())
                      .contains("\"source\": \"client mode\"")
                      .doesNotContain("error"));

      assertThat(server.get("/sparkui/app-1/jobs/").status()).isNotEqualTo(200);

      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/sparkui/-/health").text())
                      .contains("application app-1, event log: " + reported)
                      .contains("\"status\": \"up\"")
                      .doesNotContain(host + " ", host + ","));
      assertThat(log.with("application app-1, event log: ")).hasSize(1);
      assertThat(log.with(why)).isNotEmpty();
      assertThat(server.get("/sparkui/app-1/jobs/").text())
          .contains("The driver was not found", why);
      plan.access().controlled();
      assertThat(server.get("/sparkui/app-1/jobs/", "X-Test-User", "eve").text())
          .contains("The driver was not found")
          .doesNotContain(why);
    }
  }
}
