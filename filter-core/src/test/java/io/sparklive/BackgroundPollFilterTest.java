// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.testkit.driver.FakeDriver;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The filter polls drivers also while no user views them. */
@ParameterizedClass
@NewestContainer
class BackgroundPollFilterTest {
  // Of many polls that are spread over ten seconds, the filter sends the first one early.
  private static final int DRIVERS = 8;

  @Parameter private Container container;
  private List<FakeDriver> drivers;
  private EmbeddedHistoryServer server;

  @BeforeEach
  void start() throws Exception {
    drivers = IntStream.range(0, DRIVERS).mapToObj(i -> new FakeDriver("app-" + i)).toList();
    server =
        container.start(
            new HistoryServerPlan()
                .drivers(drivers.stream().map(FakeDriver::address).toArray(String[]::new))
                .parameter("pollInterval", "10s"));
    OneLiveApplication.awaitLive(server, DRIVERS);
  }

  @AfterEach
  void stop() {
    server.close();
    drivers.forEach(FakeDriver::close);
  }

  @Test
  void pollsProgressWithoutViews() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                drivers.stream()
                    .flatMap(driver -> driver.requests().stream())
                    .anyMatch(request -> request.target().endsWith("/jobs?status=running")));
  }
}
