package io.sparklive.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The jars of {@code spark-sql} with everything it needs to run, as Maven resolves them.
 *
 * <p>Maven itself is asked, with its own settings, mirrors and credentials, once for each version
 * and {@code target} directory. The first time on a machine it downloads about 280 MB; a line is
 * printed for each jar.
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
    return KNOWN.computeIfAbsent(version, v -> readOrResolve(v, List.of("spark-sql")));
  }

  /**
   * The same with another module of that version, such as {@code spark-streaming}, or empty where
   * Maven cannot resolve it: not every module is published for every version, and not every mirror
   * has them all. A line is printed then.
   */
  public static Optional<List<Path>> of(SparkVersion version, String module) {
    return MODULES.computeIfAbsent(
        module + ":" + version, key -> readOrResolveIfThere(version, module));
  }

  private static Optional<List<Path>> readOrResolveIfThere(SparkVersion version, String module) {
    try {
      return Optional.of(readOrResolve(version, List.of("spark-sql", module)));
    } catch (IllegalStateException e) {
      System.out.printf("Spark %s goes without %s: %s%n", version, module, firstLine(e));
      return Optional.empty();
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  private static List<Path> readOrResolve(SparkVersion version, List<String> modules) {
    String coordinates =
        modules.stream()
            .map(
                module ->
                    "org.apache.spark:%s_%s:%s".formatted(module, version.scalaBinary(), version))
            .collect(Collectors.joining(","));
    return new MavenClassPath("Spark " + version, coordinates)
        .in(BuildDirectory.at("spark", version.name(), String.join("+", modules)));
  }
}
