// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

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
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;

/**
 * The jars that a POM needs to run, as Maven resolves them.
 *
 * <p>Maven itself resolves them, with its own settings, mirrors and credentials, once per {@code
 * target} directory. It prints a line for each jar that it downloads.
 */
final class MavenClassPath {

  private static final String POM = "pom.xml";
  private static final String BUILD_CLASS_PATH =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath";
  private static final Pattern DOWNLOADED_JAR =
      Pattern.compile("Downloaded from \\S+ \\S*/([^/]+\\.jar) \\(([^)]+)\\)");

  private MavenClassPath() {}

  /**
   * The jars in Maven's order, of its scope {@code runtime}. Of all threads and JVMs that share a
   * build directory, one at a time runs Maven: two might download the same jar at once.
   *
   * @param what their name in messages
   * @param directory the directory that caches the result, as long as the POM is the same
   * @param pom the POM's text
   * @throws IllegalStateException if Maven cannot resolve them, with its error lines
   */
  static List<Path> of(String what, Path directory, String pom) {
    try {
      return BuildLock.holding("maven", () -> rememberedOrResolved(what, directory, pom));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> rememberedOrResolved(String what, Path directory, String pom)
      throws IOException {
    Path remembered = directory.resolve("classpath");
    Optional<List<Path>> known = isOf(directory, pom) ? read(remembered) : Optional.empty();
    if (known.isPresent()) {
      return known.get();
    }
    Files.createDirectories(directory);
    Path resolved = resolve(what, directory, pom);
    Files.move(resolved, remembered, StandardCopyOption.REPLACE_EXISTING);
    return read(remembered)
        .orElseThrow(() -> new IllegalStateException("Maven names no jars in " + remembered));
  }

  private static boolean isOf(Path directory, String pom) throws IOException {
    Path resolved = directory.resolve(POM);
    return Files.exists(resolved) && Files.readString(resolved).equals(pom);
  }

  /** The jars that the file lists, if the file and all jars exist. */
  private static Optional<List<Path>> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] names = Files.readString(file).strip().split(File.pathSeparator, -1);
    List<Path> jars = Arrays.stream(names).map(Path::of).toList();
    return Optional.of(jars).filter(all -> all.stream().allMatch(Files::isRegularFile));
  }

  private static Path resolve(String what, Path directory, String text) throws IOException {
    Path pom = Files.writeString(directory.resolve(POM), text);
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
          showDownload(what, line);
        });
    try {
      InvocationResult maven = new DefaultInvoker().execute(request);
      Files.writeString(log, output);
      if (maven.getExitCode() != 0) {
        throw new IllegalStateException(
            "Maven could not resolve %s, see %s%n%s".formatted(what, log, errors(output)));
      }
      return result;
    } catch (MavenInvocationException e) {
      throw new IllegalStateException("Maven could not be run to resolve " + what, e);
    }
  }

  private static void showDownload(String what, String line) {
    Matcher downloaded = DOWNLOADED_JAR.matcher(line);
    if (downloaded.find()) {
      System.out.printf("%s: %s (%s)%n", what, downloaded.group(1), downloaded.group(2));
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
}
