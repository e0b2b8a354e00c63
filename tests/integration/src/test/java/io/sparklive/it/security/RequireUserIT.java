// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether live content needs a user without ACLs, by default and behind an authentication filter:
 * of a real History Server's settings, {@code spark.ui.filters} decides.
 *
 * <p>{@code RequireUserFilterTest} has every value of {@code requireUser}, with ACLs and without.
 * Oldest and newest version: Spark passes its settings to filters differently in each servlet API.
 */
class RequireUserIT {
  private static final String WITH_FILTER =
      HeaderUserFilter.class.getName() + "," + SecureHistory.FILTER;

  private static DriverProcess driver;

  @BeforeAll
  static void start() {
    driver = DriverProcess.builder(SparkVersion.newest(), "Needs a user").user("olga").start();
  }

  @AfterAll
  static void stop() {
    driver.close();
  }

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void requiresUserBehindAuthenticationFilter(SparkVersion version) {
    try (HistoryServerProcess server =
        SecureHistory.historyServer(
                version, EventLogs.newDirectory("user-" + version), driver.address())
            .classPath(FilterJar.of(version, HeaderUserFilter.class))
            .property("spark.ui.filters", WITH_FILTER)
            .start()) {
      String id = driver.applicationId();
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/-/health").body()).contains("\"live\": 1"));
      assertThat(ids(server)).isEmpty();

      for (String path :
          List.of(
              "/sparkui/" + id + "/jobs/",
              "/proxy/" + id + "/environment/",
              "/api/v1/applications/" + id + "/jobs")) {
        assertThat(server.get(path, HeaderUserFilter.HEADER, "sam").statusCode())
            .as(path)
            .isEqualTo(200);
        HttpResponse<String> response = server.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(401);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
            .as(path)
            .startsWith(path.startsWith("/api/") ? "application/json" : "text/html");
      }
      for (String path : List.of("/sparkui/" + id + "/static/webui.css", "/")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
      }
    }
  }
}
