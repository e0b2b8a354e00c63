// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Puts event logs into a directory that History Servers may be reading. No History Server reads a
 * partial file.
 *
 * @param directory the target; it must exist
 */
public record EventLogs(Path directory) {

  private static final String NAME_OF_THE_REAL_ONE = "Squares";
  private static final Map<SparkVersion, Path> REAL = new ConcurrentHashMap<>();

  /** A new, empty directory under {@code target/event-logs}, for programs other than tests. */
  public static EventLogs newDirectory(String name) {
    try {
      Path all = Files.createDirectories(BuildDirectory.at("event-logs"));
      return new EventLogs(Files.createTempDirectory(all, name + "-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the event log of one attempt. If it is written again with an end, it replaces the
   * incomplete log, as when Spark renames it.
   */
  public void write(LoggedApplication application) {
    Path complete = directory.resolve(application.fileName());
    Path inProgress = directory.resolve(application.fileName() + ".inprogress");
    try {
      Path whole = Files.write(hidden(application.fileName()), application.lines());
      Files.move(
          whole,
          application.end().isPresent() ? complete : inProgress,
          StandardCopyOption.ATOMIC_MOVE);
      if (application.end().isPresent()) {
        Files.deleteIfExists(inProgress);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies the event log of a real application, {@code Squares}, that ran one job on that version
   * and completed. It runs once per {@code target} directory, even if several threads and JVMs call
   * this at the same time. All copies have one id.
   *
   * @return the application's id
   */
  public String copyOfReal(SparkVersion version) {
    Path log = REAL.computeIfAbsent(version, EventLogs::real);
    try {
      Path copy = hidden(log.getFileName().toString());
      copy(log, copy);
      Files.move(
          copy, directory.resolve(log.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return log.getParent().getFileName().toString();
  }

  /** History Servers ignore names that begin with a dot. */
  private Path hidden(String name) {
    return directory.resolve("." + name);
  }

  /** The log of the real application, in {@code target/event-logs/<version>/<application id>/}. */
  private static Path real(SparkVersion version) {
    Path cache = BuildDirectory.at("event-logs", version.name());
    try {
      return BuildLock.holding("event-logs-" + version, () -> cached(version, cache));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path cached(SparkVersion version, Path cache) throws IOException {
    if (!Files.exists(cache)) {
      Files.createDirectories(cache.getParent());
      Path fresh = Files.createTempDirectory(cache.getParent(), version + ".");
      run(version, fresh);
      Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
    }
    return onlyChild(onlyChild(cache));
  }

  private static void run(SparkVersion version, Path directory) throws IOException {
    Path logs = Files.createDirectory(directory.resolve("running"));
    String applicationId;
    try (DriverProcess driver =
        DriverProcess.builder(version, NAME_OF_THE_REAL_ONE).eventLogDirectory(logs).start()) {
      applicationId = driver.applicationId();
      driver.runJob("Squares of four numbers", 4, Duration.ofMillis(10));
      driver.stop();
    }
    Files.move(logs, directory.resolve(applicationId));
  }

  private static Path onlyChild(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      List<Path> all = children.toList();
      if (all.size() != 1) {
        throw new IllegalStateException("Expected one entry in " + directory + ", found " + all);
      }
      return all.get(0);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Files.copy(source, to.resolve(from.relativize(source)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
