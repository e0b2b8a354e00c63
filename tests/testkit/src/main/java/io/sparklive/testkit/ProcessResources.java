// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A snapshot of the operating system's resources that a process uses, read from {@code /proc}: it
 * works on Linux only. Immutable.
 *
 * @param sockets the number of open sockets, listening ones included
 * @param threads the number of threads
 * @param files the open files, without jars and the JVM's own
 * @param connections the number of TCP connections by remote port, with those that the other side
 *     has closed and this process has not
 * @param pluginThreads the number of the plugin's threads by their name without number; empty if
 *     the snapshot was taken without them
 */
public record ProcessResources(
    long sockets,
    long threads,
    Set<String> files,
    Map<Integer, Integer> connections,
    Map<String, Integer> pluginThreads) {
  private static final Pattern THREAD =
      Pattern.compile("^\"(spark-live-history[^\"]*)\" ", Pattern.MULTILINE);
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final String LISTENING = "0A";

  /** The size of the plugin's largest thread pool. */
  private static final int LARGEST_POOL = 32;

  /** The resources of a process, without the names of its threads. */
  public static ProcessResources of(long pid) {
    return of(pid, Map.of());
  }

  /** The resources of a JVM, with the plugin's threads, for which the JVM is attached to. */
  public static ProcessResources ofJvm(long pid) {
    try {
      return of(pid, pluginThreads(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until a JVM has no connection to a port any more, and asserts that it has the same files
   * and the same kinds of the plugin's threads as before.
   *
   * @param before from {@link #ofJvm}
   * @param port where a driver was that has ended
   */
  public static void awaitNothingLeft(long pid, ProcessResources before, int port) {
    await().untilAsserted(() -> assertThat(of(pid).connectionsTo(port)).isZero());
    ProcessResources after = ofJvm(pid);
    assertThat(after.files()).isEqualTo(before.files());
    assertThat(after.pluginThreads().keySet()).isEqualTo(before.pluginThreads().keySet());
    assertThat(after.pluginThreads().values())
        .as("%s", after.pluginThreads())
        .allMatch(count -> count <= LARGEST_POOL);
  }

  /** The number of connections to this remote port. */
  public int connectionsTo(int port) {
    return connections.getOrDefault(port, 0);
  }

  private static ProcessResources of(long pid, Map<String, Integer> pluginThreads) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      List<String> open = openDescriptors(process);
      return new ProcessResources(
          open.stream().filter(target -> target.startsWith("socket:")).count(),
          threads.count(),
          open.stream()
              .filter(file -> file.startsWith("/") && !file.matches("(/dev/|/proc/|/sys/).*"))
              .filter(file -> !file.endsWith(".jar") && !file.endsWith("/modules"))
              .collect(Collectors.toCollection(TreeSet::new)),
          connections(open),
          pluginThreads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Integer> pluginThreads(long pid) throws IOException {
    Process dump =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "Thread.print")
            .redirectErrorStream(true)
            .start();
    Map<String, Integer> threads = new TreeMap<>();
    Matcher names =
        THREAD.matcher(new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    while (names.find()) {
      threads.merge(names.group(1).replaceAll("-?@?[0-9a-f]*\\d[0-9a-f]*", ""), 1, Integer::sum);
    }
    return threads;
  }

  /** The targets of the links that stand for file descriptors. */
  private static List<String> openDescriptors(Path process) throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          open.add(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
          // Closed in the meantime.
        }
      }
    }
    return open;
  }

  private static Map<Integer, Integer> connections(List<String> open) throws IOException {
    Set<String> inodes =
        open.stream()
            .map(SOCKET::matcher)
            .filter(Matcher::matches)
            .map(socket -> socket.group(1))
            .collect(Collectors.toSet());
    Map<Integer, Integer> connections = new TreeMap<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Path file = Path.of(table);
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      lines.stream()
          .skip(1)
          .map(line -> line.strip().split("\\s+"))
          .filter(column -> !column[3].equals(LISTENING) && inodes.contains(column[9]))
          .map(column -> Integer.valueOf(column[2].substring(column[2].indexOf(':') + 1), 16))
          .forEach(port -> connections.merge(port, 1, Integer::sum));
    }
    return connections;
  }
}
