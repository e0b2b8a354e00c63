// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Spark's classes, parsed and verified, in a file that JVMs map into memory: an archive of
 * application class data sharing (<a href="https://openjdk.org/jeps/350">JEP 350</a>). With it, a
 * driver or History Server starts with half of the processor time.
 *
 * <p>A build directory contains one for each version of Spark, made when a process first needs it.
 */
final class SparkClassArchive {

  private static final Duration TIME_TO_MAKE = Duration.ofMinutes(5);
  private static final Map<SparkVersion, Optional<Path>> KNOWN = new ConcurrentHashMap<>();

  private SparkClassArchive() {}

  /**
   * The options with which a JVM uses the archive of that version. Its class path must begin with
   * the version's jars. If this Java makes no archives, the list is empty, and this method prints
   * so.
   *
   * @throws IllegalStateException if the program that loads the classes fails, with the end of its
   *     log
   */
  static List<String> options(SparkVersion version) {
    return KNOWN
        .computeIfAbsent(version, SparkClassArchive::of)
        // Quiet: a JVM that cannot use an archive starts without it.
        .map(file -> List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds*=off"))
        .orElse(List.of());
  }

  private static Optional<Path> of(SparkVersion version) {
    try {
      return BuildLock.holding("classes-" + version, () -> madeOrFound(version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> madeOrFound(SparkVersion version) throws IOException {
    // A JVM does not use the archive of another one, or of other jars.
    String key =
        Integer.toHexString(
            List.of(System.getProperty("java.vm.version"), SparkClassPath.of(version)).hashCode());
    Path archive = BuildDirectory.at("spark", version.name(), "classes-" + key + ".jsa");
    if (!Files.exists(archive)) {
      Files.createDirectories(archive.getParent());
      Path made = make(version);
      if (!Files.exists(made)) {
        System.out.println(
            "Spark " + version + " starts slowly: this Java makes no class archives");
        return Optional.empty();
      }
      Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
    }
    return Optional.of(archive);
  }

  private static Path make(SparkVersion version) throws IOException {
    String name = "training-run-" + version;
    Path home = BuildDirectory.forProcess(name);
    Path archive = home.resolve("classes.jsa");
    String eventLogs = Files.createDirectory(home.resolve("event-logs")).toUri().toString();
    String historyPort = Integer.toString(FreePorts.next());
    Map<String, String> properties = new TreeMap<>();
    properties.put("spark.app.name", name);
    properties.put("spark.ui.port", "0");
    properties.put("spark.eventLog.enabled", "true");
    properties.put("spark.eventLog.dir", eventLogs);
    properties.put("spark.history.fs.logDirectory", eventLogs);
    properties.put("spark.history.fs.update.interval", "1s");
    properties.put("spark.history.ui.port", historyPort);
    List<String> options = new ArrayList<>(SparkProcessBuilder.OPENED_TO_SPARK);
    options.addAll(SparkProcessBuilder.QUICK_START);
    options.add("-Xmx512m");
    options.add("-XX:ArchiveClassesAtExit=" + archive);
    properties.forEach((key, value) -> options.add("-D" + key + "=" + value));

    JvmProcess run =
        JvmProcess.start(
            new JvmCommand(
                name,
                home,
                // A class path with a directory cannot be archived, so Spark loads the program.
                SparkClassPath.of(version),
                options,
                "org.apache.spark.deploy.SparkSubmit",
                List.of(
                    "--class",
                    ParentWatchdog.class.getName(),
                    Programs.directory(
                            ParentWatchdog.class.getName(),
                            TrainingRun.class.getName(),
                            LiveDriver.class.getName())
                        .toString(),
                    TrainingRun.class.getName(),
                    historyPort),
                Map.of("SPARK_LOCAL_IP", "127.0.0.1")));
    if (!run.awaitEnd(TIME_TO_MAKE) || run.process().exitValue() != 0) {
      run.kill();
      throw run.failure("did not load the classes of Spark");
    }
    run.end();
    return archive;
  }
}
