// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An unpacked distribution of Spark, as users have it: a {@code SPARK_HOME}. That of {@code pip
 * install pyspark} is {@code site-packages/pyspark}. The system property {@code
 * sparklive.spark.homes} of the build lists them, separated by commas.
 *
 * @param version the version of its {@code spark-core} jar
 * @param jars all files in its directory {@code jars}
 */
record SparkHome(SparkVersion version, List<Path> jars) {

  private static final Pattern CORE = Pattern.compile("spark-core_2\\.\\d+-(.+)\\.jar");

  SparkHome {
    jars = List.copyOf(jars);
  }

  /**
   * The distribution in a directory.
   *
   * @throws IllegalArgumentException if the directory holds none, or holds a preview or a vendor's
   *     version
   */
  static SparkHome in(Path directory) {
    List<Path> jars = jarsOf(directory.resolve("jars"));
    String version =
        jars.stream()
            .map(jar -> CORE.matcher(jar.getFileName().toString()))
            .filter(Matcher::matches)
            .map(core -> core.group(1))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Not a Spark distribution, it has no jars/spark-core_*.jar: " + directory));
    return new SparkHome(new SparkVersion(version), jars);
  }

  /** The distributions that the build names, in its order; empty if it names none. */
  static List<SparkHome> named() {
    return List.copyOf(Named.HOMES.values());
  }

  /** The distribution of a version, if the build names one. */
  static Optional<SparkHome> of(SparkVersion version) {
    return Optional.ofNullable(Named.HOMES.get(version));
  }

  /** Whether it has that module, such as {@code spark-streaming}. */
  boolean has(String module) {
    return jars.stream().anyMatch(jar -> jar.getFileName().toString().startsWith(module + "_2."));
  }

  /**
   * The distributions in a comma list of directories.
   *
   * @throws IllegalArgumentException if two have one version, or a directory holds none
   */
  static Map<SparkVersion, SparkHome> listed(String commaList) {
    Map<SparkVersion, SparkHome> homes = new LinkedHashMap<>();
    Arrays.stream(commaList.split(",", -1))
        .map(String::strip)
        .filter(directory -> !directory.isEmpty())
        .map(directory -> in(Path.of(directory).toAbsolutePath()))
        .forEach(
            home -> {
              if (homes.put(home.version(), home) != null) {
                throw new IllegalArgumentException(
                    "Two distributions of Spark " + home.version() + ": " + commaList);
              }
            });
    return homes;
  }

  private static List<Path> jarsOf(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Named {
    static final Map<SparkVersion, SparkHome> HOMES =
        listed(System.getProperty("sparklive.spark.homes", ""));
  }
}
