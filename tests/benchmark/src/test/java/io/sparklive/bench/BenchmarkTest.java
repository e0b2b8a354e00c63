// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.testkit.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The options of the benchmark. */
class BenchmarkTest {
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([a-z]+)` \\|");

  @Test
  void selectsMeasurementsByName() {
    assertThat(Benchmark.chosen("")).isEmpty();
    assertThat(Benchmark.chosen("proxy, start")).containsExactlyInAnyOrder("proxy", "start");
    assertThatThrownBy(() -> Benchmark.chosen("proxy,prosy"))
        .hasMessageContaining("bench.only")
        .hasMessageContaining("prosy")
        .hasMessageContaining("hang");
  }

  @Test
  void documentsEveryMeasurement() throws IOException {
    String guide = Files.readString(ProjectFiles.at("docs", "benchmarks.md"));

    assertThat(FIRST_CELL.matcher(guide).results().map(found -> found.group(1)))
        .containsExactlyElementsOf(Benchmark.names());
  }
}
