// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.cluster.StandInCluster;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How much later a History Server answers for the first time.
 *
 * <p>What is judged is the time from when it has its port: until then the plugin is a file on the
 * class path, and how long that takes differs by 400 ms from one start to the next.
 */
final class StartMeasurement implements Measurement {
  private static final Budget BUDGET = Budget.atMost(100);
  private static final int STARTS = 4;
  private static final String BARE = "bare";
  private static final String STATIC = "drivers at addresses";
  private static final String KUBERNETES = "drivers in Kubernetes";
  private static final String LATER = "later";
  private static final URL STAMPED = StartMeasurement.class.getResource("stamped.properties");

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Row> measure(BenchmarkContext ground) {
    new EventLogs(ground.directory()).copyOfReal(ground.version());
    try (StandInCluster cluster = new StandInCluster()) {
      Map<String, HistoryServerProcess.Builder> servers = servers(ground, cluster);
      servers.values().forEach(Start::of);
      Rows atAddresses = new Rows("start.static", STATIC);
      Rows inKubernetes = new Rows("start.kubernetes", KUBERNETES);
      for (int round = 0; round < ground.rounds(); round++) {
        ground.tell().accept("round " + (round + 1));
        Map<String, List<Start>> starts = starts(servers);
        atAddresses.add(starts);
        inKubernetes.add(starts);
      }
      return Stream.of(atAddresses, inKubernetes).flatMap(rows -> rows.all().stream()).toList();
    }
  }

  private static Map<String, List<Start>> starts(
      Map<String, HistoryServerProcess.Builder> servers) {
    Map<String, List<Start>> starts = new HashMap<>();
    for (int time = 0; time < STARTS; time++) {
      for (String name : SubjectRotation.inRound(time, List.copyOf(servers.keySet()))) {
        starts.computeIfAbsent(name, unused -> new ArrayList<>()).add(Start.of(servers.get(name)));
      }
    }
    return starts;
  }

  private static Map<String, HistoryServerProcess.Builder> servers(
      BenchmarkContext ground, StandInCluster cluster) {
    Map<String, HistoryServerProcess.Builder> servers = new LinkedHashMap<>();
    servers.put(BARE, HistoryServers.bare(ground.version(), ground.directory()));
    servers.put(STATIC, withPlugin(ground, Map.of("drivers", "127.0.0.1:4040-4049")));
    servers.put(
        KUBERNETES,
        withPlugin(
            ground,
            Map.of(
                "discovery",
                "kubernetes",
                "kubeconfig",
                cluster.kubeconfig().toString(),
                "jobNamespaces",
                cluster.newNamespace())));
    servers.values().forEach(server -> server.jvmOptions("-Dlog4j2.configurationFile=" + STAMPED));
    return servers;
  }

  private static HistoryServerProcess.Builder withPlugin(
      BenchmarkContext ground, Map<String, String> parameters) {
    return HistoryServers.withPlugin(ground.version(), ground.directory(), parameters);
  }

  /**
   * One start, in milliseconds.
   *
   * @param toPort from the start of the process until it has its port
   * @param toAnswer from then until it has answered for the first time
   * @param cpu for how long processors worked in it
   */
  private record Start(double toPort, double toAnswer, double cpu) {
    private static final Pattern HAS_PORT =
        Pattern.compile("(?m)^(\\d+) Successfully started service 'HistoryServerUI'");

    static Start of(HistoryServerProcess.Builder builder) {
      long begin = System.currentTimeMillis();
      try (HistoryServerProcess server = builder.start()) {
        long answered = System.currentTimeMillis();
        double cpu = LoadCost.cpu(List.of(server.pid())).toNanos() / 1e6;
        long port = whenItHadItsPort(server);
        // It has nothing to lose, and takes a second and more to end by itself.
        ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
        return new Start(port - begin, answered - port, cpu);
      }
    }

    private static long whenItHadItsPort(HistoryServerProcess server) {
      Matcher stamp = HAS_PORT.matcher(server.log());
      if (!stamp.find()) {
        throw new IllegalStateException(server.logFile() + " does not say when it had its port");
      }
      return Long.parseLong(stamp.group(1));
    }

    double whole() {
      return toPort + toAnswer;
    }
  }

  /** The rows of one way to find drivers. */
  private static final class Rows {
    private final String subject;
    private final Map<Row, ToDoubleFunction<Start>> figures = new LinkedHashMap<>();

    Rows(String id, String subject) {
      this.subject = subject;
      String what = "start of a History Server, " + subject;
      figures.put(Row.figure(id, what, "ms", LATER).within(BUDGET), Start::toAnswer);
      row(id + ".whole", what + ": with what comes before its port", Start::whole);
      row(id + ".cpu", what + ": CPU", Start::cpu);
    }

    private void row(String id, String what, ToDoubleFunction<Start> figure) {
      figures.put(Row.figure(id, what, "ms", LATER), figure);
    }

    /**
     * A round: of all starts in it the mean, as single ones differ more than what is looked for.
     */
    void add(Map<String, List<Start>> starts) {
      figures.forEach(
          (row, figure) -> {
            double bare = mean(starts.get(BARE), figure);
            double plugin = mean(starts.get(subject), figure);
            Map<String, Double> round = new LinkedHashMap<>();
            round.put(BARE, bare);
            round.put("plugin", plugin);
            round.put(LATER, plugin - bare);
            row.add(round);
          });
    }

    private static double mean(List<Start> starts, ToDoubleFunction<Start> figure) {
      return starts.stream().mapToDouble(figure).average().orElseThrow();
    }

    List<Row> all() {
      return List.copyOf(figures.keySet());
    }
  }
}
