// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The size of each jar. */
final class JarMeasurement implements Measurement {
  private static final Budget BUDGET = Budget.atMost(10);
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "jars";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws IOException {
    return List.of(
        size("jar.spark4", "jar for Spark 4", "4.0.0"),
        size("jar.spark3", "jar for Spark 3.5", "3.5.0"));
  }

  private static Row size(String id, String what, String version) throws IOException {
    Row row = Row.figure(id, what, "MiB", "size").within(BUDGET);
    row.add(Map.of("size", Files.size(new SparkVersion(version).pluginJar()) / MIB));
    return row;
  }
}
