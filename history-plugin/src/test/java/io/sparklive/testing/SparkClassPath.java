package io.sparklive.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;

/**
 * The jars of {@code spark-sql} with everything it needs to run, as Maven resolves them.
 *
 * <p>Maven itself is asked, with its own settings, mirrors and credentials, once for each version
 * and {@code target} directory. The first time on a machine it downloads about 280 MB; a line is
 * printed for each jar.
 */
public final class SparkClassPath {

  private static final String BUILD_CLASS_PATH =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath";
  private static final Pattern DOWNLOADED_JAR =
      Pattern.compile("Downloaded from \\S+ \\S*/([^/]+\\.jar) \\(([^)]+)\\)");
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
    Path directory = BuildDirectory.at("spark", version.name(), String.join("+", modules));
    Path remembered = directory.resolve("classpath");
    try {
      Optional<List<Path>> known = read(remembered);
      if (known.isPresent()) {
        return known.get();
      }
      Files.createDirectories(directory);
      Path resolved = resolve(version, modules, directory);
      Files.move(resolved, remembered, StandardCopyOption.REPLACE_EXISTING);
      return read(remembered)
          .orElseThrow(() -> new IllegalStateException("Maven names no jars in " + remembered));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jars named in the file, if it is there and all of them are too. */
  private static Optional<List<Path>> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] names = Files.readString(file).strip().split(File.pathSeparator, -1);
    List<Path> jars = Arrays.stream(names).map(Path::of).toList();
    return Optional.of(jars).filter(all -> all.stream().allMatch(Files::isRegularFile));
  }

  private static Path resolve(SparkVersion version, List<String> modules, Path directory)
      throws IOException {
    Path pom = Files.writeString(directory.resolve("pom.xml"), pom(version, modules));
    Path result = Files.createTempFile(directory, "classpath", ".new");
    Path log = directory.resolve("maven.log");
    StringBuilder output = new StringBuilder();

    InvocationRequest request = ThisMaven.request(pom, BUILD_CLASS_PATH);
    Properties properties = new Properties();
    properties.setProperty("mdep.outputFile", result.toString());
    properties.setProperty("mdep.includeScope", "runtime");
    request.setProperties(properties);
    request.setOutputHandler(
        line -> {
          output.append(line).append('\n');
          showDownload(version, line);
        });
    try {
      InvocationResult maven = new DefaultInvoker().execute(request);
      Files.writeString(log, output);
      if (maven.getExitCode() != 0) {
        throw new IllegalStateException(
            "Maven could not resolve %s %s, see %s%n%s"
                .formatted(String.join(" and ", modules), version, log, errors(output)));
      }
      return result;
    } catch (MavenInvocationException e) {
      throw new IllegalStateException("Maven could not be run to resolve Spark " + version, e);
    }
  }

  private static void showDownload(SparkVersion version, String line) {
    Matcher downloaded = DOWNLOADED_JAR.matcher(line);
    if (downloaded.find()) {
      System.out.printf("Spark %s: %s (%s)%n", version, downloaded.group(1), downloaded.group(2));
    }
  }

  private static String errors(CharSequence output) {
    return output
        .toString()
        .lines()
        .filter(line -> line.contains("ERROR"))
        .limit(5)
        .reduce("", (all, line) -> all + line + "\n");
  }

  private static String pom(SparkVersion version, List<String> modules) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testing</groupId>
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
