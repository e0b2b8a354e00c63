// SPDX-License-Identifier: Apache-2.0
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A History Server that rejects its parameters, and Spark processes of other kinds that ignore
 * them. Oldest and newest version: each has a jar of its own; nothing else differs.
 */
@Tag("smoke-spark4")
class StartIT {
  @TempDir private Path directory;

  /** One case per jar; {@code SettingsTest} and {@code LifecycleFilterTest} have every message. */
  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void stopsHistoryServerOnInvalidParameter(SparkVersion version) {
    String store = Plugin.parameter("driverTrustStore") + "=" + directory.resolve("gone.p12");
    HistoryServerProcess.Exit exit =
        Plugin.historyServer(version, directory, "127.0.0.1:4040")
            .property(
                Plugin.parameter("driverTrustStore"), directory.resolve("gone.p12").toString())
            .property(Plugin.parameter("driverTrustStorePassword"), "correct horse")
            .startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output().lines())
        .anyMatch(
            line -> line.contains(store + " cannot be read (there is no such file); allowed: "));
    assertThat(exit.output()).doesNotContain("correct horse");
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void doesNothingInDriver(SparkVersion version) {
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
                      .filteredOn(line -> line.contains("is inactive: "))
                      .singleElement()
                      .asString()
                      .contains("the UI of a driver"));
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void doesNothingInMaster(SparkVersion version) {
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
                    .filteredOn(line -> line.contains("is inactive: "))
                    .singleElement()
                    .asString()
                    .contains("this is not a History Server");
              });
      assertThat(master.get("/json/").body()).contains("\"workers\"");
      assertThat(master.get("/sparkui/-/health").body()).doesNotContain("\"conflicts\"");
    }
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void doesNotListHistoryServerAsDriver(SparkVersion version) throws IOException {
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
