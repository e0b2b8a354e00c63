// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.driver.FakeDriver;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * Tests with one live application, on one History Server for all tests of the class. Before each
 * test, the recorded requests of the driver and the History Server are cleared.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OneLiveApplication {
  /** The id of the application. */
  protected static final String ID = "app-20261121083600-0000";

  /** The path of its live UI. */
  protected static final String LIVE = "/sparkui/" + ID;

  /** The container of this round. */
  @Parameter protected Container container;

  /** Its driver. */
  protected FakeDriver driver;

  /** The History Server. */
  protected EmbeddedHistoryServer server;

  /** The configuration of the History Server, without the address of the driver. */
  protected HistoryServerPlan plan() {
    return new HistoryServerPlan();
  }

  /** The path of the health endpoint. */
  protected String healthPath() {
    return "/sparkui/-/health";
  }

  @BeforeParameterizedClassInvocation
  final void start() throws Exception {
    driver = new FakeDriver(ID);
    server = container.start(plan().drivers(driver.address()));
    awaitLive(server, healthPath(), 1);
  }

  @AfterParameterizedClassInvocation
  final void stop() {
    if (server != null) {
      server.close();
    }
    driver.close();
  }

  @BeforeEach
  final void clearRequests() {
    driver.forget();
    server.clearPassed();
  }

  /** Waits until this number of applications is live. */
  public static void awaitLive(EmbeddedHistoryServer server, int applications) {
    awaitLive(server, "/sparkui/-/health", applications);
  }

  private static void awaitLive(EmbeddedHistoryServer server, String path, int applications) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> assertThat(server.get(path).text()).contains("\"live\": " + applications + ","));
  }
}
