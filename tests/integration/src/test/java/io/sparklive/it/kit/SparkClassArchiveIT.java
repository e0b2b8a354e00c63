// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("kit")
class SparkClassArchiveIT {

  private static final String FROM_ARCHIVE = "source: shared objects file (top)";

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void hasClassesOfHistoryServersAndDrivers(SparkVersion version) throws IOException {
    HistoryServerProcess.builder(version, directory).jvmOptions(logTo("server")).start().close();
    DriverProcess.builder(version, "Archived").jvmOptions(logTo("driver")).start().close();

    assertThat(sourceOf("org.apache.spark.deploy.history.HistoryServer", "server"))
        .contains(FROM_ARCHIVE);
    assertThat(sourceOf("org.apache.spark.SparkContext", "driver")).contains(FROM_ARCHIVE);
  }

  @Test
  void isNotUsedByMeasuredProcesses() throws IOException {
    HistoryServerProcess.builder(SparkVersion.newest(), directory)
        .asInProduction()
        .jvmOptions(logTo("server"))
        .start()
        .close();

    assertThat(sourceOf("org.apache.spark.deploy.history.HistoryServer", "server"))
        .contains(".jar");
  }

  private String logTo(String file) {
    return "-Xlog:class+load:file=" + directory.resolve(file);
  }

  private String sourceOf(String className, String file) throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve(file));
    return lines.stream()
        .filter(line -> line.contains(" " + className + " "))
        .findFirst()
        .orElseThrow();
  }
}
