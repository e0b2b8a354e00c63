// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.driver.FakeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A History Server without a watch loads no class of the Kubernetes client, to save memory. */
class LoadedClassesIT {
  private static final List<String> OF_KUBERNETES =
      List.of(
          "io.sparklive.shaded.kubernetes",
          "io.sparklive.shaded.okhttp3",
          "io.sparklive.shaded.okio",
          "io.sparklive.shaded.kotlin");

  @TempDir private Path eventLogs;
  @TempDir private Path output;

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
  void includeNoKubernetesClientForStaticDiscovery(SparkVersion version) throws IOException {
    Path loaded = output.resolve("classes.log");
    try (FakeDriver driver = new FakeDriver("app-1");
        HistoryServerProcess server =
            Plugin.historyServer(version, eventLogs, driver.address())
                .jvmOptions("-Xlog:class+load:file=" + loaded)
                .start()) {
      await().until(() -> Plugin.ids(server, "").contains("app-1"));
      assertThat(server.get("/").statusCode()).isEqualTo(200);
      assertThat(server.get("/sparkui/").statusCode()).isEqualTo(200);
      assertThat(server.get("/sparkui/app-1/jobs/").statusCode()).isEqualTo(200);

      List<String> classes = Files.readAllLines(loaded);
      assertThat(classes).anyMatch(line -> line.contains("io.sparklive.proxy.LiveUiProxy"));
      assertThat(classes).noneMatch(line -> OF_KUBERNETES.stream().anyMatch(line::contains));
    }
  }
}
