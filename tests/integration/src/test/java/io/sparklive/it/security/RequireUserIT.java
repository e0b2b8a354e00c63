package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static io.sparklive.it.security.SecureHistory.parameter;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether live content needs a user where there are no ACLs. */
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

  static Stream<Arguments> settings() {
    List<SparkVersion> versions = SparkVersion.underTest();
    return Stream.concat(
        versions.stream().map(version -> Arguments.of(version, WITH_FILTER, "auto", 401, 200)),
        // What does not depend on how the filters are read is tried once.
        Stream.of(
            Arguments.of(versions.get(0), SecureHistory.FILTER, "true", 401, 401),
            Arguments.of(SparkVersion.newest(), WITH_FILTER, "false", 200, 200)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void decidesWhetherNobodyAndSomebodyAreLetIn(
      SparkVersion version, String filters, String required, int nobody, int somebody) {
    try (HistoryServerProcess server =
        SecureHistory.historyServer(
                version, EventLogs.newDirectory("user-" + version), driver.address())
            .classPath(FilterJar.of(version, HeaderUserFilter.class))
            .property("spark.ui.filters", filters)
            .property(parameter("requireUser"), required)
            .start()) {
      String id = driver.applicationId();
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/-/health").body()).contains("\"live\": 1"));
      assertThat(ids(server)).hasSize(nobody == 200 ? 1 : 0);

      for (String path :
          List.of(
              "/sparkui/" + id + "/jobs/",
              "/proxy/" + id + "/environment/",
              "/api/v1/applications/" + id + "/jobs")) {
        assertThat(server.get(path, HeaderUserFilter.HEADER, "sam").statusCode())
            .as(path)
            .isEqualTo(somebody);
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(nobody);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
            .as(path)
            .startsWith(path.startsWith("/api/") ? "application/json" : "text/html");
      }
      for (String path : List.of("/sparkui/" + id + "/static/webui.css", "/")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
      }
    }
  }
}
