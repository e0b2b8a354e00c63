// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JarIT {
  private static final long BUDGET = 10L * 1024 * 1024;

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void containsOnlyOwnClasses(SparkVersion version) throws IOException {
    try (JarFile jar = new JarFile(version.pluginJar().toFile())) {
      List<String> classes =
          jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
      assertThat(classes)
          .hasSizeGreaterThan(500)
          .allMatch(
              name ->
                  name.replaceFirst("^META-INF/versions/[0-9]+/", "").startsWith("io/sparklive/"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void declaresOnlyOwnServices(SparkVersion version) throws IOException {
    try (JarFile jar = new JarFile(version.pluginJar().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .filteredOn(name -> name.matches("META-INF/services/.+"))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("META-INF/services/io.sparklive."));
    }
  }

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void staysWithinSizeBudget(SparkVersion version) throws IOException {
    Path jar = version.pluginJar();
    assertThat(Files.size(jar)).isLessThan(BUDGET);
  }
}
