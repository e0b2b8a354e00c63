// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.spi.Permission;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.util.Arrays;

/**
 * A live application on a History Server with ACLs: {@code vera} may view it, {@code mike} may
 * kill, {@code adam} is an administrator, {@code sten} has no permission. Its settings are known.
 */
final class GuardedApplication implements AutoCloseable {
  static final String ID = "app-20261121083600-0000";
  static final String LIVE = "/sparkui/" + ID;
  static final String REST = "/api/v1/applications/" + ID;

  private final FakeDriver driver = new FakeDriver(ID);
  private final EmbeddedHistoryServer server;

  GuardedApplication(Container container, HistoryServerPlan plan) throws Exception {
    driver.respond(
        REST + "/environment",
        Response.of(
            200,
            "{\"sparkProperties\":[[\"spark.ui.view.acls\",\"vera\"]]}",
            "Content-Type",
            "application/json"));
    plan.access()
        .controlled()
        .grant(Permission.VIEW, "vera")
        .grant(Permission.MODIFY, "mike")
        .grant(Permission.VIEW, "adam")
        .grant(Permission.MODIFY, "adam")
        .grant(Permission.ADMINISTER, "adam");
    server = container.start(plan.drivers(driver.address()));
    OneLiveApplication.awaitLive(server, 1);
    await()
        .until(
            () -> request("sten", "GET", LIVE + "/jobs/").text().contains("You may not view this"));
    clearRequests();
  }

  FakeDriver driver() {
    return driver;
  }

  EmbeddedHistoryServer server() {
    return server;
  }

  /** The address of one of its pages in the browser. */
  String page() {
    return "http://127.0.0.1:" + server.port() + LIVE + "/jobs/";
  }

  /** Clears the recorded requests of the driver. */
  void clearRequests() {
    driver.forget();
  }

  /**
   * Sends a request without a body.
   *
   * @param user the user of the request; null for an unauthenticated user
   */
  Reply request(String user, String method, String target, String... headers) {
    String[] all = headers;
    if (user != null) {
      all = Arrays.copyOf(headers, headers.length + 2);
      all[headers.length] = "X-Test-User";
      all[headers.length + 1] = user;
    }
    return server.request(method, target, all);
  }

  @Override
  public void close() {
    server.close();
    driver.close();
  }
}
