// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The prefix as {@code UIUtils.uiRoot} reads it: Spark's own links show the result. */
class PrefixIT {
  private static final String VARIABLE = "APPLICATION_WEB_PROXY_BASE";

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void isReadFromEnvironmentVariable(SparkVersion version) {
    assertPrefix(version, Map.of(), "/user/jo@example.org/", "/user/jo@example.org");
  }

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void isReadFromPropertyIfBothAreSet(SparkVersion version) {
    assertPrefix(
        version,
        Map.of("spark.ui.proxyBase", "https://example.org/shs"),
        "/of-the-environment",
        "https://example.org/shs");
  }

  private void assertPrefix(
      SparkVersion version, Map<String, String> properties, String variable, String prefix) {
    try (HistoryServerProcess server =
        Plugin.historyServer(version, directory, "127.0.0.1:1")
            .properties(properties)
            .environment(VARIABLE, variable)
            .start()) {
      String spark = properties.getOrDefault("spark.ui.proxyBase", variable);
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/", "X-Forwarded-Context", "/of-a-header").body())
                      .contains("setUIRoot('" + spark + "')")
                      .contains("src=\"" + prefix + "/sparkui/-/assets/running.js?"));
    }
  }
}
