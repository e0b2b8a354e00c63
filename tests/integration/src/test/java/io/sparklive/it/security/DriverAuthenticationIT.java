// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static io.sparklive.it.security.SecureHistory.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.it.security.filters.BasicAuthFilter;
import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A driver with an authentication filter of its own, which denies every request without a password.
 */
@ParameterizedClass
@MethodSource(SecureHistory.ENDS)
class DriverAuthenticationIT {
  private static final String USER = HeaderUserFilter.HEADER;

  private static TestCluster cluster;
  private static DriverProcess driver;
  private static String id;

  @Parameter SparkVersion version;
  private String namespace;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    cluster = TestCluster.open();
    driver =
        DriverProcess.builder(version, "Guards itself")
            .classPath(FilterJar.of(version, BasicAuthFilter.class))
            .property("spark.ui.filters", BasicAuthFilter.class.getName())
            .user("sam")
            .start();
    id = driver.applicationId();
    assertThat(driver.get("/api/v1/applications").statusCode()).isEqualTo(401);
    assertThat(driver.get("/jobs/", "Authorization", BasicAuthFilter.RIGHT).statusCode())
        .isEqualTo(200);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    driver.close();
    cluster.close();
  }

  @BeforeEach
  void makeNamespace() {
    namespace = cluster.newNamespace();
  }

  @Test
  void listsDriverFromPodAndProxiesAllUsersWithoutAcls() {
    try (HistoryServerProcess server =
        historyServer()
            .property(parameter("discovery"), "kubernetes,static")
            .property(parameter("drivers"), driver.address())
            .property(parameter("driversRefresh"), "100ms")
            .start()) {
      // The address alone does not identify the application.
      await().during(Duration.ofSeconds(1)).until(() -> ids(server).isEmpty());

      runPod();

      await().untilAsserted(() -> assertThat(ids(server)).containsExactly(id));
      awaitAuthRequired(server);
      assertThat(server.get("/api/v1/applications?status=running").body())
          .contains(id, "\"completed\" : false");
      assertThat(server.get("/api/v1/applications?status=completed").body()).doesNotContain(id);
      assertDeniedByDriver(server.get(page()));
      assertDeniedByDriver(server.get(page(), "Authorization", BasicAuthFilter.RIGHT));
      assertDeniedByDriver(server.get(rest()));
    }
  }

  @Test
  void allowsOnlyAdminsWithAclsWithoutForwarding() {
    runPod();
    try (HistoryServerProcess server = withAcls().start()) {
      awaitAuthRequired(server);
      assertDeniedByDriver(server.get(page(), USER, "hera"));
      assertDeniedByDriver(server.get(rest(), USER, "hera"));
      // Its user is that of its pod, not one that the driver reports.
      for (String user : new String[] {"sam", "victor"}) {
        String[] headers = {USER, user, "Authorization", BasicAuthFilter.RIGHT};
        assertThat(server.get(page(), headers).statusCode()).isEqualTo(403);
        assertThat(server.get(rest(), headers).statusCode()).isEqualTo(403);
      }
      assertDeniedByFilter(server.get(page()));
    }
  }

  @Test
  void leavesDecisionToDriverIfCredentialsAreForwarded() {
    runPod();
    try (HistoryServerProcess server =
        withAcls().property(parameter("forwardAuthorization"), "true").start()) {
      awaitAuthRequired(server);
      String[] right = {USER, "victor", "Authorization", BasicAuthFilter.RIGHT};
      HttpResponse<String> page = server.get(page(), right);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("Guards itself");
      assertThat(server.get(rest(), right).body()).startsWith("[");
      HttpResponse<String> without = server.get(page(), USER, "victor");
      assertDeniedByDriver(without);
      assertThat(without.headers().firstValue("WWW-Authenticate"))
          .contains(BasicAuthFilter.CHALLENGE);
      assertDeniedByDriver(
          server.get(page(), USER, "victor", "Authorization", BasicAuthFilter.RIGHT + "x"));
      assertDeniedByFilter(server.get(page(), "Authorization", BasicAuthFilter.RIGHT));
    }
  }

  private static void assertDeniedByDriver(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).isEqualTo(BasicAuthFilter.DENIAL);
  }

  private static void assertDeniedByFilter(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("<h4>").doesNotContain(BasicAuthFilter.DENIAL);
  }

  private static void awaitAuthRequired(HistoryServerProcess server) {
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/-/health").body())
                    .contains("\"auth_required\": 1"));
  }

  private HistoryServerProcess.Builder withAcls() {
    return historyServer()
        .classPath(FilterJar.of(version, HeaderUserFilter.class))
        .property("spark.ui.filters", HeaderUserFilter.class.getName() + "," + SecureHistory.FILTER)
        .property("spark.history.ui.acls.enable", "true")
        .property("spark.history.ui.admin.acls", "hera");
  }

  private HistoryServerProcess.Builder historyServer() {
    return SecureHistory.historyServer(version, EventLogs.newDirectory("guarded-" + version))
        .property(parameter("discovery"), "kubernetes")
        .property(parameter("kubeconfig"), cluster.kubeconfig().toString())
        .property(parameter("jobNamespaces"), namespace);
  }

  /** Registers the driver with a pod of its own. */
  private void runPod() {
    JsonObject pod = PodManifests.driver(id);
    pod.getAsJsonObject("spec")
        .getAsJsonArray("containers")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("ports")
        .forEach(
            port -> {
              if (port.getAsJsonObject().get("name").getAsString().equals("spark-ui")) {
                port.getAsJsonObject().addProperty("containerPort", driver.port());
              }
            });
    String name = PodManifests.name(cluster.create(namespace, pod));
    cluster.setStatus(namespace, name, PodStatuses.running("127.0.0.1", Instant.now()));
  }

  private static String page() {
    return "/sparkui/" + id + "/jobs/";
  }

  private static String rest() {
    return "/api/v1/applications/" + id + "/jobs";
  }
}
