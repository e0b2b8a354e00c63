package io.sparklive.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.MasterProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a History Server is told at its start, and what a driver is not. */
@Tag("smoke-spark4")
class StartIT {
  @TempDir private Path directory;

  static Stream<Arguments> refusals() {
    List<Map.Entry<Map<String, String>, String>> cases =
        List.of(
            Map.entry(
                Map.of(Plugin.parameter("driversRefresh"), "often"),
                Plugin.parameter("driversRefresh")
                    + "=often is not understood; allowed: a duration from 100ms to 1h"),
            Map.entry(
                Map.of(Plugin.parameter("driverz"), "here:4040"),
                Plugin.parameter("driverz") + "=here:4040 is not a parameter; allowed: "),
            Map.entry(
                Map.of("spark.ui.filters", Plugin.FILTER + "," + Plugin.FILTER),
                Plugin.FILTER + " must stand last and once"));
    // One line for each: which of them it is makes no difference to the others.
    List<SparkVersion> versions = SparkVersion.underTest();
    return Stream.iterate(0, i -> i + 1)
        .limit(Math.max(cases.size(), versions.size()))
        .map(
            i ->
                Arguments.of(
                    versions.get(i % versions.size()),
                    cases.get(i % cases.size()).getKey(),
                    cases.get(i % cases.size()).getValue()));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aHistoryServerDoesNotStartWithWhatIsNotUnderstood(
      SparkVersion version, Map<String, String> properties, String message) {
    HistoryServerProcess.Exit exit =
        Plugin.historyServer(version, directory, "127.0.0.1:4040")
            .properties(properties)
            .startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output().lines()).anyMatch(line -> line.contains(message));
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void aDriverIsLeftAloneWhateverItsSettings(SparkVersion version) {
    try (DriverProcess driver =
        DriverProcess.builder(version, "Shares its settings by mistake")
            .classPath(version.pluginJar())
            .property("spark.ui.filters", Plugin.FILTER)
            .property(Plugin.parameter("nonsense"), "yes")
            .start()) {
      String list = driver.get("/api/v1/applications").body();

      assertThat(list).contains(driver.applicationId());
      assertThat(driver.get("/jobs/").statusCode()).isEqualTo(200);
      assertThat(driver.get("/sparkui/-/health").body()).doesNotContain("\"conflicts\"");
      await()
          .untilAsserted(
              () ->
                  assertThat(driver.log().lines())
                      .filteredOn(line -> line.contains("does nothing here"))
                      .singleElement()
                      .asString()
                      .contains("the UI of a driver"));
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void aMasterIsLeftAloneWhateverItsSettings(SparkVersion version) {
    try (MasterProcess master =
        MasterProcess.builder(version)
            .plugin()
            .property("spark.ui.filters", Plugin.FILTER)
            .property(Plugin.parameter("nonsense"), "yes")
            .start()) {
      await()
          .untilAsserted(
              () -> {
                assertThat(master.get("/").body()).contains("Spark Master at");
                assertThat(master.log().lines())
                    .filteredOn(line -> line.contains("does nothing here"))
                    .singleElement()
                    .asString()
                    .contains("this is no History Server");
              });
      assertThat(master.get("/json/").body()).contains("\"workers\"");
      assertThat(master.get("/sparkui/-/health").body()).doesNotContain("\"conflicts\"");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.VERSIONS)
  void aHistoryServerThatNamesItselfAsADriverDoesNotListItself(SparkVersion version)
      throws IOException {
    int port = aPortThatIsFree();
    try (HistoryServerProcess server =
        Plugin.historyServer(version, directory, "127.0.0.1:" + port).port(port).start()) {
      await()
          .during(Duration.ofSeconds(1))
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/-/health").body()).contains("\"live\": 0"));
      assertThat(Plugin.ids(server, "")).isEmpty();
    }
  }

  private static int aPortThatIsFree() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
