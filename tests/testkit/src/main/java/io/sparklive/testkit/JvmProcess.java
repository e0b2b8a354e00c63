// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A Java program in a process of its own, which never outlives this JVM: a shutdown hook kills it,
 * and its standard input, a pipe from here, ends.
 */
final class JvmProcess {

  private static final Duration TIME_TO_START = Duration.ofMinutes(2);
  private static final Duration TIME_TO_END = Duration.ofSeconds(30);

  /** Environment variables of the caller that would change a Spark process. */
  private static final List<String> NOT_INHERITED =
      List.of("SPARK_", "HADOOP_", "YARN_", "KUBE", "CLASSPATH");

  /**
   * Handles of ended processes may stay: a handle never refers to a later process with the same id.
   */
  private static final Set<ProcessHandle> STARTED = ConcurrentHashMap.newKeySet();

  static {
    // A machine that runs a dozen such processes is slow.
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> STARTED.forEach(ProcessHandle::destroyForcibly), "end-processes"));
  }

  private final String name;
  private final Path home;
  private final Path log;
  private final Process process;

  private JvmProcess(JvmCommand command, Redirect standardOutput) throws IOException {
    name = command.name();
    home = command.home();
    log = Files.createFile(home.resolve("output.log"));
    ProcessBuilder builder = new ProcessBuilder(words(command)).directory(home.toFile());
    setEnvironment(builder.environment(), command);
    process =
        builder
            .redirectOutput(standardOutput)
            .redirectError(Redirect.appendTo(log.toFile()))
            .start();
    STARTED.add(process.toHandle());
  }

  /** Starts a program whose whole output is in its {@link #log()}. */
  static JvmProcess start(JvmCommand command) {
    return start(command, Redirect.appendTo(command.home().resolve("output.log").toFile()));
  }

  /** Starts a program whose standard output is read from {@link #process()}. */
  static JvmProcess startInteractive(JvmCommand command) {
    return start(command, Redirect.PIPE);
  }

  private static JvmProcess start(JvmCommand command, Redirect standardOutput) {
    try {
      return new JvmProcess(command, standardOutput);
    } catch (IOException e) {
      throw new UncheckedIOException("Could not start " + command.name(), e);
    }
  }

  private static List<String> words(JvmCommand command) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-Djava.io.tmpdir=" + command.home().resolve("tmp"));
    words.addAll(command.jvmOptions());
    words.add(command.mainClass());
    words.addAll(command.arguments());
    return words;
  }

  private static void setEnvironment(Map<String, String> environment, JvmCommand command) {
    environment
        .keySet()
        .removeIf(key -> NOT_INHERITED.stream().anyMatch(key.toUpperCase(Locale.ROOT)::startsWith));
    // Not -cp: a class path of 200 jars would hide everything else in a list of processes.
    environment.put(
        "CLASSPATH",
        command.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    environment.putAll(command.environment());
  }

  Process process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The output so far. */
  String log() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path logFile() {
    return log;
  }

  /** An exception for a process that failed, with the end of its log. */
  IllegalStateException failure(String whatHappened) {
    List<String> lines = log().lines().toList();
    String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    return new IllegalStateException(
        "%s %s. The end of %s:%n%s".formatted(name, whatHappened, log, end));
  }

  /**
   * Waits until its output contains the port that it listens on, as the first group of the pattern.
   *
   * @throws IllegalStateException if it ends before that, or two minutes pass; it is dead then
   */
  int awaitPort(Pattern pattern) {
    try {
      Awaitility.await()
          .atMost(TIME_TO_START)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> pattern.matcher(log()).find() || !isAlive());
    } catch (ConditionTimeoutException e) {
      kill();
      throw failure("does not listen");
    }
    Matcher port = pattern.matcher(log());
    if (!port.find()) {
      throw failure("ended while it started");
    }
    return Integer.parseInt(port.group(1));
  }

  /**
   * Waits for the end of a process whose start must fail.
   *
   * @return its exit code
   * @throws IllegalStateException if it has not ended within two minutes; it is killed then
   */
  int awaitFailedStart() {
    if (!awaitEnd(TIME_TO_START)) {
      kill();
      throw failure("started, but its start should fail");
    }
    return process.exitValue();
  }

  /** Waits for its end; false if the time has passed before. */
  boolean awaitEnd(Duration atMost) {
    try {
      return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the end of " + name, e);
    }
  }

  /** Ends it (SIGTERM), kills it if it does not end, and waits until it is gone. */
  void end() {
    // By its handle: Process.destroy would close the pipe first, and ParentWatchdog would halt
    // then.
    process.toHandle().destroy();
    if (!awaitEnd(TIME_TO_END)) {
      kill();
    }
    BuildDirectory.delete(home.resolve("tmp"));
  }

  /** Kills it (SIGKILL), a stopped one too, and waits until it is gone. */
  void kill() {
    process.toHandle().destroyForcibly();
    if (!awaitEnd(TIME_TO_END)) {
      throw failure("could not be killed");
    }
    BuildDirectory.delete(home.resolve("tmp"));
  }

  /** Sends it a signal, such as {@code -STOP}. */
  void signal(String signal) {
    try {
      int code = new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
      if (code != 0) {
        throw failure("could not be sent " + signal);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending " + signal, e);
    }
  }
}
