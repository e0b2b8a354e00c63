// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The program of {@link DriverProcess.Builder#busy}, compiled against the Spark version that runs
 * it. The sources are in {@code busy}, beside this class.
 */
public final class BusyProgram {

  static final String MAIN_CLASS = "io.sparklive.testkit.busy.BusyDriver";
  private static final Map<SparkVersion, Path> COMPILED = new ConcurrentHashMap<>();

  private BusyProgram() {}

  /** Whether it has a DStream: whether {@code spark-streaming} of that line is available. */
  public static boolean hasDStreams(SparkVersion version) {
    return SparkClassPath.of(version, "spark-streaming").isPresent();
  }

  /** Whether it serves Spark Connect: whether {@code spark-connect} is available. */
  public static boolean hasConnect(SparkVersion version) {
    return SparkClassPath.of(version, "spark-connect").isPresent();
  }

  /** Its dependencies beside Spark SQL, and itself. */
  static List<Path> classPath(SparkVersion version) {
    List<Path> all = modules(version);
    all.add(COMPILED.computeIfAbsent(version, BusyProgram::compile));
    return all;
  }

  /** Its settings beside the application's name. */
  static Map<String, String> properties(SparkVersion version) {
    Map<String, String> properties = new HashMap<>();
    // The SQL tab then shows the same numbers as the REST API.
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
    List<String> names = new ArrayList<>(List.of("BusyDriver.java"));
    if (hasDStreams(version)) {
      names.add("DStreams.java");
    }
    Map<String, String> sources = new HashMap<>();
    try {
      for (String name : names) {
        sources.put(name, text(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SparkProgram.compile(version, sources, modules(version));
  }

  private static String text(String source) throws IOException {
    try (InputStream text = BusyProgram.class.getResourceAsStream("busy/" + source)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
