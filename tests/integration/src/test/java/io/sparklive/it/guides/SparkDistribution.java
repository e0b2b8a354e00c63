// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import io.sparklive.testkit.SparkClassPath;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A Spark distribution: its jars from Maven, and Spark's own scripts that start and stop a History
 * Server, in the usual layout. A downloaded distribution has 400 MB, most of it not needed.
 */
final class SparkDistribution {
  private static final List<String> SCRIPTS =
      List.of(
          "bin/find-spark-home",
          "bin/load-spark-env.sh",
          "bin/spark-class",
          "sbin/spark-config.sh",
          "sbin/spark-daemon.sh",
          "sbin/start-history-server.sh",
          "sbin/stop-history-server.sh");

  private SparkDistribution() {}

  /** Creates a distribution in that directory. */
  static void unpackTo(Path home, SparkVersion version) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (Path jar : SparkClassPath.of(version)) {
      Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
    }
    for (String name : SCRIPTS) {
      Path script = home.resolve(name);
      Files.createDirectories(script.getParent());
      try (InputStream in = SparkDistribution.class.getResourceAsStream("spark/" + name)) {
        Files.copy(in, script);
      }
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.createDirectories(home.resolve("conf"));
  }
}
