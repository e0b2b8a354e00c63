package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The jars of {@code spark-sql} with everything it needs to run, as Maven resolves them. The first
 * time on a machine it downloads about 280 MB for each version.
 */
public final class SparkClassPath {

  private static final Map<SparkVersion, List<Path>> KNOWN = new ConcurrentHashMap<>();
  private static final Map<String, Optional<List<Path>>> MODULES = new ConcurrentHashMap<>();

  private SparkClassPath() {}

  /**
   * The jars of a version, in Maven's order. Safe for use by several threads: they wait for one
   * resolution.
   *
   * @throws IllegalStateException if Maven cannot resolve them, with its error lines
   */
  public static List<Path> of(SparkVersion version) {
    return KNOWN.computeIfAbsent(version, v -> resolve(v, List.of("spark-sql")));
  }

  /**
   * The same with another module of that version, such as {@code spark-streaming}, or empty where
   * Maven cannot resolve it: not every module is published for every version, and not every mirror
   * has them all. A line is printed then.
   */
  public static Optional<List<Path>> of(SparkVersion version, String module) {
    return MODULES.computeIfAbsent(module + ":" + version, key -> resolveIfThere(version, module));
  }

  private static Optional<List<Path>> resolveIfThere(SparkVersion version, String module) {
    try {
      return Optional.of(resolve(version, List.of("spark-sql", module)));
    } catch (IllegalStateException e) {
      System.out.printf("Spark %s goes without %s: %s%n", version, module, firstLine(e));
      return Optional.empty();
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  private static List<Path> resolve(SparkVersion version, List<String> modules) {
    return MavenClassPath.of(
        "%s of Spark %s".formatted(String.join(" and ", modules), version),
        BuildDirectory.at("spark", version.name(), String.join("+", modules)),
        pom(version, modules));
  }

  private static String pom(SparkVersion version, List<String> modules) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testkit</groupId>
          <artifactId>spark-under-test</artifactId>
          <version>%1$s</version>
          <packaging>pom</packaging>
          <dependencies>
            %2$s
          </dependencies>
        </project>
        """
        .formatted(
            version,
            modules.stream()
                .map(module -> dependency(module, version))
                .collect(Collectors.joining()));
  }

  private static String dependency(String module, SparkVersion version) {
    return """
        <dependency>
          <groupId>org.apache.spark</groupId>
          <artifactId>%s_%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted(module, version.scalaBinary(), version);
  }
}
