// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jars of the WAR on the class path of a History Server: they work as the plugin. */
@Tag("war-only")
@Tag("one-container")
class UnpackedWarIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  @TempDir private Path eventLogs;
  @TempDir private Path unpacked;

  static Stream<SparkVersion> versionsWithItsServletApi() {
    return SparkVersion.named("sparklive.unpacked.versions").stream()
        .filter(version -> version.compareTo(new SparkVersion("4.0.0")) >= 0);
  }

  @ParameterizedTest
  @MethodSource("versionsWithItsServletApi")
  void worksAsPlugin(SparkVersion version) throws IOException {
    List<Path> jars = unpack(Path.of(System.getProperty("sparklive.war")));
    try (DriverProcess driver = DriverProcess.builder(version, "Found by the WAR").start();
        HistoryServerProcess server =
            HistoryServerProcess.builder(version, eventLogs)
                .classPath(jars.toArray(Path[]::new))
                .property("spark.ui.filters", FILTER)
                .property("spark." + FILTER + ".param.drivers", driver.address())
                .property("spark." + FILTER + ".param.driversRefresh", "200ms")
                .start()) {
      String id = driver.applicationId();
      await().untilAsserted(() -> assertThat(War.ids(server, "")).containsExactly(id));
      assertThat(server.get("/sparkui/" + id + "/jobs/").body()).contains("Found by the WAR");
      assertThat(server.get("/").body()).contains("id=\"live-history\"");
      assertThat(server.log())
          .doesNotContainIgnoringCase("multiple SLF4J providers")
          .doesNotContain("SLF4J(W)", "SLF4J(E)");
    }
  }

  private List<Path> unpack(Path war) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (FileSystem inside = FileSystems.newFileSystem(war);
        Stream<Path> entries = Files.list(inside.getPath("WEB-INF", "lib"))) {
      for (Path entry : entries.toList()) {
        jars.add(Files.copy(entry, unpacked.resolve(entry.getFileName().toString())));
      }
    }
    assertThat(jars).isNotEmpty().allMatch(jar -> jar.toString().endsWith(".jar"));
    return jars;
  }
}
