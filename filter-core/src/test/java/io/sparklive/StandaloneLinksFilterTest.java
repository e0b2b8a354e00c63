// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links that a standalone cluster with {@code spark.ui.reverseProxy=true} writes for its Master.
 */
@ParameterizedClass
@NewestContainer
class StandaloneLinksFilterTest {
  private static final String MASTER = "open them in the Master&#39;s UI";

  @Parameter private Container container;
  private EmbeddedHistoryServer server;

  @BeforeEach
  void start() throws Exception {
    server = container.start(new HistoryServerPlan());
    await().until(() -> server.get("/proxy/app-unknown/").status() == 404);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proxy/worker-20261121083600-10.0.0.7-35353/logPage/?appId=app-1&executorId=0&logType=stderr",
        "/proxy/worker-20261121083600-10.0.0.7-35353/logPage/?driverId=driver-20261121083600-0000",
        "/proxy/worker-20261121083600-10.0.0.7-35353/logPage?appId=app-1&executorId=0&logType=stdout",
        "/proxy/worker-20261121083600-10.0.0.7-35353/log/?appId=app-1&executorId=0&logType=stdout",
        "/proxy/worker-20261121083600-node-7.example.org-35353/",
        "/proxy/worker-20261121083600-node_7-35353",
        "/proxy/driver-20261121083600-0000/jobs/",
        "/proxy/driver-20261121083600-12345/",
      })
  void namesMasterForItsWorkersAndDrivers(String path) {
    Reply reply = server.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).contains("<h4>No such application</h4>").contains(MASTER);
  }

  @Test
  void namesMasterInRestResponse() {
    Reply reply = server.get("/proxy/worker-20261121083600-10.0.0.7-35353/api/v1/applications");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).contains("the Master of a standalone cluster");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proxy/app-20261121083600-0000/",
        "/proxy/driver-etl/jobs/",
        "/proxy/driver-2026-11-21/jobs/",
        "/proxy/worker-pool/",
        "/proxy/my-worker-20261121083600-10.0.0.7-35353/",
      })
  void doesNotNameMasterForApplications(String path) {
    Reply reply = server.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).contains("No such application").doesNotContain("Master");
  }

  @Test
  void hidesMasterFromUnauthenticatedUser() throws Exception {
    server.close();
    server = container.start(new HistoryServerPlan().parameter("requireUser", "true"));
    String path = "/proxy/worker-20261121083600-10.0.0.7-35353/logPage/";
    await().until(() -> server.get(path).status() != 503);

    Reply reply = server.get(path);

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.text()).doesNotContain("Master");
  }
}
