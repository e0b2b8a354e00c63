// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The common settings of a History Server, a Master and a driver before they start. By default it
 * is plain Spark on the loopback interface, independent of Spark or Kubernetes settings in the
 * environment of the tests.
 *
 * @param <B> the builder itself
 */
public abstract sealed class SparkProcessBuilder<B extends SparkProcessBuilder<B>>
    permits HistoryServerProcess.Builder,
        MasterProcess.Builder,
        DriverProcess.Builder,
        NotebookDriver.Builder,
        ClusterSubmission.Builder,
        ExecutorProcess.Builder {

  /** The packages of the JDK that Spark accesses, as its own launcher opens them. */
  static final List<String> OPENED_TO_SPARK =
      Stream.of(
              "java.lang",
              "java.lang.invoke",
              "java.lang.reflect",
              "java.io",
              "java.net",
              "java.nio",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "sun.nio.ch",
              "sun.nio.cs",
              "sun.security.action",
              "sun.util.calendar")
          .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
          .toList();

  /** The JVM compiles quickly rather than well, and collects garbage on one thread. */
  static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  final SparkVersion version;
  final Map<String, String> properties = new TreeMap<>();
  final Map<String, String> environment = new HashMap<>();
  private final List<Path> classPathBefore = new ArrayList<>();
  private final List<Path> classPath = new ArrayList<>();
  final List<String> jvmOptions = new ArrayList<>();
  private boolean quickStart = true;

  SparkProcessBuilder(SparkVersion version) {
    this.version = version;
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
  }

  abstract B self();

  /** Sets a Spark property. */
  public final B property(String name, String value) {
    properties.put(name, value);
    return self();
  }

  /** Sets Spark properties. */
  public final B properties(Map<String, String> all) {
    properties.putAll(all);
    return self();
  }

  /** Sets an environment variable. */
  public final B environment(String name, String value) {
    environment.put(name, value);
    return self();
  }

  /** Puts jars or directories on the class path, after Spark's own jars. */
  public final B classPath(Path... entries) {
    classPath.addAll(List.of(entries));
    return self();
  }

  /** Puts jars on the class path before Spark's own, as {@code SPARK_DAEMON_CLASSPATH} does. */
  public final B classPathBefore(List<Path> entries) {
    classPathBefore.addAll(entries);
    return self();
  }

  /** Puts one class of the tests on the class path, and no other. */
  public final B classPath(Class<?> program) {
    return classPath(Programs.directory(program.getName()));
  }

  /** Adds options of the JVM; a later one wins, over {@code -Xmx} here too. */
  public final B jvmOptions(String... options) {
    jvmOptions.addAll(List.of(options));
    return self();
  }

  /**
   * Starts the JVM as in production, for a process that is measured. Without this call, it has the
   * compiler and the garbage collector of a process that soon ends, and an archive of Spark's
   * classes.
   */
  public final B asInProduction() {
    quickStart = false;
    return self();
  }

  /** Reads and writes {@code s3a:} addresses of that store. */
  final B objectStore(ObjectStoreProcess store) {
    classPath.addAll(ObjectStoreClassPath.ofSpark(version));
    return properties(store.properties());
  }

  final JvmCommand command(
      String name, Path home, List<String> options, String mainClass, List<String> arguments) {
    List<Path> jars = new ArrayList<>(classPathBefore);
    jars.addAll(SparkClassPath.of(version));
    jars.addAll(classPath);
    jars.add(
        Programs.directory(
            LiveDriver.class.getName(),
            LiveNotebook.class.getName(),
            ParentWatchdog.class.getName()));
    List<String> all = new ArrayList<>(OPENED_TO_SPARK);
    all.addAll(options);
    all.addAll(ownOptions());
    return new JvmCommand(name, home, jars, all, mainClass, arguments, Map.copyOf(environment));
  }

  /** The options for the start, then those of the caller. */
  private List<String> ownOptions() {
    List<String> all = new ArrayList<>();
    if (quickStart) {
      all.addAll(QUICK_START);
      if (classPathBefore.isEmpty()) {
        all.addAll(SparkClassArchive.options(version));
      }
    }
    all.addAll(jvmOptions);
    return all;
  }

  /** Writes the properties into a file, for programs that take one. */
  final Path propertiesFile(Path home) {
    return propertiesFile(home, properties);
  }

  /** Writes these properties instead. */
  static Path propertiesFile(Path home, Map<String, String> properties) {
    Properties all = new Properties();
    all.putAll(properties);
    Path file = home.resolve("spark.conf");
    try (Writer writer = Files.newBufferedWriter(file)) {
      all.store(writer, null);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Only the programs of the test kit: nothing else of the tests is on a Spark process's class
   * path.
   */
  static Path directoryOfPrograms() {
    return Programs.directory(
        LiveDriver.class.getName(), LiveNotebook.class.getName(), ParentWatchdog.class.getName());
  }
}
