// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The program of {@link DriverProcess.Builder#busy}, compiled against the Spark version that is to
 * run it: the Java API of Spark SQL has the same source in all versions, but not the same
 * signatures. The sources lie beside this class, in {@code busy}.
 */
public final class BusyProgram {

  static final String MAIN_CLASS = "io.sparklive.testkit.busy.BusyDriver";
  private static final Map<SparkVersion, Path> COMPILED = new ConcurrentHashMap<>();

  private BusyProgram() {}

  /** Whether it has a DStream: whether {@code spark-streaming} of that line is to be had. */
  public static boolean hasDStreams(SparkVersion version) {
    return SparkClassPath.of(version, "spark-streaming").isPresent();
  }

  /** Whether it serves Spark Connect: whether {@code spark-connect} is to be had. */
  public static boolean hasConnect(SparkVersion version) {
    return SparkClassPath.of(version, "spark-connect").isPresent();
  }

  /** What it needs beside Spark SQL, and itself. */
  static List<Path> classPath(SparkVersion version) {
    List<Path> all = modules(version);
    all.add(COMPILED.computeIfAbsent(version, BusyProgram::compile));
    return all;
  }

  /** What it sets beside the application's name. */
  static Map<String, String> properties(SparkVersion version) {
    Map<String, String> properties = new HashMap<>();
    // The SQL tab counts as the REST API does then.
    properties.put("spark.ui.groupSQLSubExecutionEnabled", "false");
    if (hasConnect(version)) {
      properties.put("spark.plugins", "org.apache.spark.sql.connect.SparkConnectPlugin");
      properties.put("spark.connect.grpc.binding.port", "0");
    }
    return properties;
  }

  private static List<Path> modules(SparkVersion version) {
    Set<Path> jars = new LinkedHashSet<>();
    SparkClassPath.of(version, "spark-streaming").ifPresent(jars::addAll);
    SparkClassPath.of(version, "spark-connect").ifPresent(jars::addAll);
    SparkClassPath.of(version).forEach(jars::remove);
    return new ArrayList<>(jars);
  }

  private static Path compile(SparkVersion version) {
    List<Path> classPath = new ArrayList<>(SparkClassPath.of(version));
    classPath.addAll(modules(version));
    List<String> sources = new ArrayList<>(List.of("BusyDriver.java"));
    if (hasDStreams(version)) {
      sources.add("DStreams.java");
    }
    try {
      return BuildLock.holding("programs-" + version, () -> compiled(version, sources, classPath));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A directory with what these sources are compiled to: once for each build directory and text,
   * and whole, as drivers that other JVMs have started may be loading classes from it.
   */
  private static Path compiled(SparkVersion version, List<String> sources, List<Path> classPath)
      throws IOException {
    Path all = Files.createDirectories(BuildDirectory.at("programs-" + version));
    Path target = all.resolve(digest(sources, classPath));
    if (!Files.exists(target)) {
      Path fresh = Files.createTempDirectory(all, "new-");
      List<Path> files = new ArrayList<>();
      for (String source : sources) {
        files.add(Files.writeString(fresh.resolve(source), text(source)));
      }
      compile(files, classPath, fresh);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }

  private static String digest(List<String> sources, List<Path> classPath) throws IOException {
    StringBuilder all = new StringBuilder(classPath.toString());
    for (String source : sources) {
      all.append(text(source));
    }
    return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8)).toString();
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

  private static String text(String source) throws IOException {
    try (InputStream text = BusyProgram.class.getResourceAsStream("busy/" + source)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
