// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * Tests with one {@link GuardedApplication} for all tests of the class; the recorded requests of
 * its driver are cleared before each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneGuardedApplication {
  @Parameter Container container;
  GuardedApplication application;

  @BeforeParameterizedClassInvocation
  final void start() throws Exception {
    application = new GuardedApplication(container, new HistoryServerPlan());
  }

  @AfterParameterizedClassInvocation
  final void stop() {
    if (application != null) {
      application.close();
    }
  }

  @BeforeEach
  final void clearRequests() {
    application.clearRequests();
  }

  final Reply request(String user, String method, String target, String... headers) {
    return application.request(user, method, target, headers);
  }

  /** Sends a kill request as a click on a page of the application does. */
  final Reply kill(String user, String target) {
    return request(user, "POST", target, "Referer", application.page());
  }

  /** Whether the driver has got a request since the last call. */
  final boolean reachedDriver() {
    boolean reached = !application.driver().requests().isEmpty();
    application.clearRequests();
    return reached;
  }
}
