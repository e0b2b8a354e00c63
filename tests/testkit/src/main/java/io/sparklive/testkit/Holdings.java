package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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
 * What a Java process on this Linux holds at the moment.
 *
 * @param ourThreads how many threads of the plugin, by name without number
 * @param threads how many threads in all
 * @param files the files that are open, without jars and the JVM's own
 * @param connections how many TCP connections it has made or taken, by the other end's port, closed
 *     ones that it has not closed itself included
 */
public record Holdings(
    Map<String, Integer> ourThreads,
    int threads,
    Set<String> files,
    Map<Integer, Integer> connections) {
  private static final Pattern THREAD =
      Pattern.compile("^\"(spark-live-history[^\"]*)\" ", Pattern.MULTILINE);
  private static final Pattern THREADS = Pattern.compile("^Threads:\\s+(\\d+)", Pattern.MULTILINE);
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final String LISTENING = "0A";

  /** The largest pool of the plugin's. */
  private static final int MOST_OF_A_NAME = 32;

  /** What the process of this id holds. */
  public static Holdings of(long pid) {
    try {
      Set<String> open = open(pid);
      return new Holdings(
          ourThreads(pid),
          threads(pid),
          open.stream()
              .filter(file -> file.startsWith("/") && !file.matches("(/dev/|/proc/|/sys/).*"))
              .filter(file -> !file.endsWith(".jar") && !file.endsWith("/modules"))
              .collect(Collectors.toCollection(TreeSet::new)),
          connections(open));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until a process has no connection to a port any more, where a driver was that has gone,
   * and says what else it has kept that it had not before.
   */
  public static void awaitNothingLeft(long pid, Holdings before, int port) {
    await().untilAsserted(() -> assertThat(of(pid).connectionsTo(port)).isZero());
    Holdings after = of(pid);
    assertThat(after.files()).isEqualTo(before.files());
    assertThat(after.ourThreads().keySet()).isEqualTo(before.ourThreads().keySet());
    assertThat(after.ourThreads().values())
        .as("%s", after.ourThreads())
        .allMatch(count -> count <= MOST_OF_A_NAME);
  }

  /** How many threads a process has in all. */
  public static int threads(long pid) throws IOException {
    Matcher line = THREADS.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  /** How many connections it has to a port. */
  public int connectionsTo(int port) {
    return connections.getOrDefault(port, 0);
  }

  private static Map<String, Integer> ourThreads(long pid) throws IOException {
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

  /** Where its file descriptors lead. */
  private static Set<String> open(long pid) throws IOException {
    Set<String> open = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
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

  private static Map<Integer, Integer> connections(Set<String> open) throws IOException {
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
