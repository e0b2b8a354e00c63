// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ServletContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The WAR reads its parameters from each source, and does not start if one is missing. {@code
 * WarParametersTest} has each source alone, their order and every error.
 */
@Tag("war-only")
class ParametersIT {
  private static final String ENVIRONMENT = "LIVE_HISTORY_PARAM_";

  @TempDir private Path directory;

  /** One parameter is in {@code web.xml} alone, one also in the environment, one in all three. */
  @Test
  void readsSystemPropertiesThenEnvironmentThenWebXml() throws IOException {
    ServletContainer.Builder described =
        War.inContainer()
            .war(
                ModifiedWar.in(directory)
                    .initParam("historyUrl", War.NOWHERE)
                    .initParam("proxyBase", "/from-web-xml")
                    .initParam("drivers", "127.0.0.1:1")
                    .file())
            .environment(ENVIRONMENT + "DRIVERS", "127.0.0.1:1-3")
            .environment(ENVIRONMENT + "PROXY_BASE", "/from-environment")
            .parameter("proxyBase", "/from-system-property");

    try (ServletContainer war = described.start()) {
      await().until(() -> war.get("/readiness").statusCode() == 200);
      for (String base :
          List.of("/from-web-xml", "/from-environment", "/from-system-property", "/sparkui")) {
        // The History Server serves all other paths, and no server listens at its URL.
        assertThat(war.get(base + "/-/assets/live-history.css").statusCode())
            .as(base)
            .isEqualTo(base.equals("/from-system-property") ? 200 : 502);
      }
      await().until(() -> war.log().contains("static driver addresses: 3"));
    }
  }

  /** In one line, whatever the container adds. */
  @Test
  void failsToStartWithoutHistoryUrl() {
    HistoryServerProcess.Exit exit = War.inContainer().startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output().lines())
        .anyMatch(
            line ->
                line.contains("historyUrl is not set")
                    && line.contains(ENVIRONMENT + "HISTORY_URL="));
  }
}
