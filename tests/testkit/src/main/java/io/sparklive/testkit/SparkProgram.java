// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles programs against the Spark version that runs them: the Java API of Spark SQL has the
 * same source in all versions, but not the same signatures.
 */
final class SparkProgram {
  private SparkProgram() {}

  /**
   * Compiles sources.
   *
   * @param sources their texts by file name
   * @param modules the jars of their dependencies beside Spark SQL
   * @return a directory with the classes
   */
  static Path compile(SparkVersion version, Map<String, String> sources, List<Path> modules) {
    List<Path> classPath = new ArrayList<>(SparkClassPath.of(version));
    classPath.addAll(modules);
    try {
      return BuildLock.holding("programs-" + version, () -> compiled(version, sources, classPath));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles each text once for each build directory. The directory appears complete, as drivers of
   * other JVMs may be loading classes from it.
   */
  private static Path compiled(
      SparkVersion version, Map<String, String> sources, List<Path> classPath) throws IOException {
    Path all = Files.createDirectories(BuildDirectory.at("programs-" + version));
    Path target = all.resolve(digest(sources, classPath));
    if (!Files.exists(target)) {
      Path fresh = Files.createTempDirectory(all, "new-");
      List<Path> files = new ArrayList<>();
      for (Map.Entry<String, String> source : sources.entrySet()) {
        files.add(Files.writeString(fresh.resolve(source.getKey()), source.getValue()));
      }
      compile(files, classPath, fresh);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }

  private static String digest(Map<String, String> sources, List<Path> classPath) {
    String all = classPath.toString() + new TreeMap<>(sources);
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void compile(List<Path> sources, List<Path> classPath, Path target)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "-d",
                      target.toString(),
                      "-classpath",
                      classPath.stream().map(Path::toString).collect(Collectors.joining(":"))),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!done) {
        throw new IllegalStateException("Could not compile " + sources + ":\n" + messages);
      }
    }
  }
}
