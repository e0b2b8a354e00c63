package io.sparklive.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;

/**
 * Artifacts with everything they need to run, as Maven itself resolves them, with its own settings,
 * mirrors and credentials and without a word of this project's POM.
 *
 * @param name what they are called in messages
 * @param coordinates a comma list of {@code group:artifact:version}
 */
record MavenClassPath(String name, String coordinates) {

  private static final String BUILD_CLASS_PATH =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath";
  private static final Pattern DOWNLOADED_JAR =
      Pattern.compile("Downloaded from \\S+ \\S*/([^/]+\\.jar) \\(([^)]+)\\)");

  /**
   * The jars, in Maven's order. They are resolved once for that directory, in which nothing else
   * lies; a line is printed for each jar that is downloaded.
   *
   * @throws IllegalStateException if Maven cannot resolve them, with its error lines
   */
  List<Path> in(Path directory) {
    Path remembered = directory.resolve("classpath");
    try {
      Optional<List<Path>> known = read(remembered);
      if (known.isPresent()) {
        return known.get();
      }
      Files.createDirectories(directory);
      Path resolved = resolve(directory);
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

  private Path resolve(Path directory) throws IOException {
    Path pom = Files.writeString(directory.resolve("pom.xml"), pom());
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
          showDownload(line);
        });
    try {
      InvocationResult maven = new DefaultInvoker().execute(request);
      Files.writeString(log, output);
      if (maven.getExitCode() != 0) {
        throw new IllegalStateException(
            "Maven could not resolve %s, see %s%n%s".formatted(coordinates, log, errors(output)));
      }
      return result;
    } catch (MavenInvocationException e) {
      throw new IllegalStateException("Maven could not be run to resolve " + name, e);
    }
  }

  private void showDownload(String line) {
    Matcher downloaded = DOWNLOADED_JAR.matcher(line);
    if (downloaded.find()) {
      System.out.printf("%s: %s (%s)%n", name, downloaded.group(1), downloaded.group(2));
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

  private String pom() {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testing</groupId>
          <artifactId>class-path</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
            %s
          </dependencies>
        </project>
        """
        .formatted(
            Arrays.stream(coordinates.split(",", -1))
                .map(MavenClassPath::dependency)
                .collect(Collectors.joining()));
  }

  private static String dependency(String coordinates) {
    String[] parts = coordinates.split(":", 3);
    return """
        <dependency>
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted((Object[]) parts);
  }
}
