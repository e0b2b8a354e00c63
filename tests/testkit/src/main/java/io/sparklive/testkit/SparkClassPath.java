// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The jars of a distribution that the build names, or else of {@code spark-sql} with all its
 * dependencies, as Maven resolves them. The first time, Maven downloads about 280 MB for each
 * version.
 */
public final class SparkClassPath {

  private static final Pattern HADOOP =
      Pattern.compile("hadoop-client-api-(\\d+\\.\\d+\\.\\d+)\\.jar");
  private static final Map<SparkVersion, List<Path>> KNOWN = new ConcurrentHashMap<>();
  private static final Map<String, Optional<List<Path>>> MODULES = new ConcurrentHashMap<>();

  private SparkClassPath() {}

  /**
   * The jars of a version: all of its distribution, or those of Maven in its order. Thread-safe:
   * all threads wait for one resolution.
   *
   * @throws IllegalStateException if Maven cannot resolve them, with its error lines
   */
  public static List<Path> of(SparkVersion version) {
    return KNOWN.computeIfAbsent(
        version, v -> SparkHome.of(v).map(SparkHome::jars).orElseGet(() -> resolve(v)));
  }

  /**
   * The same with another module, such as {@code spark-streaming}. Empty, with a printed line, if
   * the distribution has none and Maven cannot resolve it.
   *
   * <p>Not every module is published for every patch release, and not every mirror has them all.
   * Maven takes the module's newest release of the same line that is not newer than the version.
   * Everything else is of the version itself.
   */
  public static Optional<List<Path>> of(SparkVersion version, String module) {
    return MODULES.computeIfAbsent(
        module + ":" + version,
        key ->
            SparkHome.of(version)
                .map(home -> Optional.of(home.jars()).filter(jars -> home.has(module)))
                .orElseGet(() -> resolveIfThere(version, module)));
  }

  /** The version of Hadoop in a version of Spark. */
  static String hadoopVersion(SparkVersion version) {
    return of(version).stream()
        .map(jar -> HADOOP.matcher(jar.getFileName().toString()))
        .filter(Matcher::matches)
        .map(jar -> jar.group(1))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No Hadoop in Spark " + version));
  }

  private static Optional<List<Path>> resolveIfThere(SparkVersion version, String module) {
    try {
      return Optional.of(resolve(version, module));
    } catch (IllegalStateException e) {
      System.out.printf("Spark %s runs without %s: %s%n", version, module, firstLine(e));
      return Optional.empty();
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  private static List<Path> resolve(SparkVersion version) {
    return MavenClassPath.of(
        "spark-sql of Spark " + version,
        BuildDirectory.at("spark", version.name(), "spark-sql"),
        pom(version, sparkSql(version)));
  }

  private static List<Path> resolve(SparkVersion version, String module) {
    return MavenClassPath.of(
        "spark-sql and %s of Spark %s".formatted(module, version),
        BuildDirectory.at("spark", version.name(), "spark-sql+" + module),
        // If both depend on an artifact, Maven takes the version of the first one.
        pom(version, sparkSql(version) + dependency(module, version, upTo(version))));
  }

  private static String pom(SparkVersion version, String dependencies) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testkit</groupId>
          <artifactId>spark-under-test</artifactId>
          <version>%s</version>
          <packaging>pom</packaging>
          <dependencies>
            %s
          </dependencies>
        </project>
        """
        .formatted(version, dependencies);
  }

  private static String sparkSql(SparkVersion version) {
    return dependency("spark-sql", version, version.name());
  }

  /** The releases of its line up to it, without previews: Maven sorts those after {@code x.y.0}. */
  private static String upTo(SparkVersion version) {
    String first = version.line() + ".0";
    return version.name().equals(first)
        ? "[%s]".formatted(first)
        : "[%s],[%s.1,%s]".formatted(first, version.line(), version);
  }

  private static String dependency(String module, SparkVersion version, String wanted) {
    return """
        <dependency>
          <groupId>org.apache.spark</groupId>
          <artifactId>%s_%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted(module, version.scalaBinary(), wanted);
  }
}
