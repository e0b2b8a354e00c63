// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitState;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.historyServer;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.parameter;
import static io.sparklive.it.faults.ShortTimeoutHistoryServer.stateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A driver that gets no CPU for longer than the filter waits for a response. */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
class StarvedDriverIT {
  // Shorter than the idle timeout of the driver's own Jetty, 8 s: a response may be in progress
  // when the driver stops, and the driver would end it and log an error.
  private static final Duration STARVED = Duration.ofSeconds(5);

  @TempDir private Path eventLogs;

  @Parameter SparkVersion version;

  @Test
  void logsNoErrorBecauseOfTheFilter() {
    try (DriverProcess driver = DriverProcess.builder(version, "Starved").start();
        HistoryServerProcess server =
            historyServer(version, eventLogs, driver.address())
                .property(parameter("responseTimeout"), "1s")
                .start()) {
      String id = driver.applicationId();
      awaitState(server, id, ListedState.RUNNING);
      driver.pause();

      // The overview is open, so that the filter polls the progress of the driver.
      await()
          .pollInterval(Duration.ofSeconds(1))
          .during(STARVED)
          .untilAsserted(
              () -> {
                assertThat(server.get("/sparkui/-/applications").body()).contains(id);
                assertThat(stateOf(server, id)).isEqualTo(ListedState.RUNNING);
              });
      driver.resume();

      await().untilAsserted(() -> assertThat(driver.get("/jobs/").statusCode()).isEqualTo(200));
      await()
          .during(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(driver.log()).doesNotContain("ERROR", "EofException"));
      assertThat(server.get("/sparkui/" + id + "/jobs/").statusCode()).isEqualTo(200);
    }
  }
}
