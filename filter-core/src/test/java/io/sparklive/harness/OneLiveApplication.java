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
 * Tests around one application that is live, on one History Server for all tests of the class.
 * Before each test the driver and the History Server forget what happened.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OneLiveApplication {
  /** The application. */
  protected static final String ID = "app-20261121083600-0000";

  /** Where its live UI is. */
  protected static final String LIVE = "/sparkui/" + ID;

  /** The container of this round. */
  @Parameter protected Container container;

  /** Its driver. */
  protected FakeDriver driver;

  /** The History Server. */
  protected EmbeddedHistoryServer server;

  /** What the History Server is to be like, but for the driver. */
  protected HistoryServerPlan plan() {
    return new HistoryServerPlan();
  }

  /** Where the filter says how it is. */
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
  final void forget() {
    driver.forget();
    server.forgetPassed();
  }

  /** Waits until so many applications are live. */
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
