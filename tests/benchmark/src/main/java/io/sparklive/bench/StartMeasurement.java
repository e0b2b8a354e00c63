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
 * The delay of a History Server's first response.
 *
 * <p>The time from the bound port on is judged. Until then the plugin is only a file on the class
 * path, and that part varies by 400 ms between starts.
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
  public List<Row> measure(BenchmarkContext context) {
    new EventLogs(context.directory()).copyOfReal(context.version());
    try (StandInCluster cluster = new StandInCluster()) {
      Map<String, HistoryServerProcess.Builder> servers = servers(context, cluster);
      servers.values().forEach(Start::of);
      Rows atAddresses = new Rows("start.static", STATIC);
      Rows inKubernetes = new Rows("start.kubernetes", KUBERNETES);
      for (int round = 0; round < context.rounds(); round++) {
        context.log().accept("round " + (round + 1));
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
      BenchmarkContext context, StandInCluster cluster) {
    Map<String, HistoryServerProcess.Builder> servers = new LinkedHashMap<>();
    servers.put(BARE, HistoryServers.bare(context.version(), context.directory()));
    servers.put(STATIC, withPlugin(context, Map.of("drivers", "127.0.0.1:4040-4049")));
    servers.put(
        KUBERNETES,
        withPlugin(
            context,
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
      BenchmarkContext context, Map<String, String> parameters) {
    return HistoryServers.withPlugin(context.version(), context.directory(), parameters);
  }

  /**
   * One start, in milliseconds.
   *
   * @param toPort from the start of the process until it has its port
   * @param toResponse from then until its first response
   * @param cpu its CPU time
   */
  private record Start(double toPort, double toResponse, double cpu) {
    private static final Pattern HAS_PORT =
        Pattern.compile("(?m)^(\\d+) Successfully started service 'HistoryServerUI'");

    static Start of(HistoryServerProcess.Builder builder) {
      long begin = System.currentTimeMillis();
      try (HistoryServerProcess server = builder.start()) {
        long responded = System.currentTimeMillis();
        double cpu = LoadCost.cpu(List.of(server.pid())).toNanos() / 1e6;
        long port = whenItHadItsPort(server);
        // It has no state to save, and a normal end takes more than a second.
        ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
        return new Start(port - begin, responded - port, cpu);
      }
    }

    private static long whenItHadItsPort(HistoryServerProcess server) {
      Matcher stamp = HAS_PORT.matcher(server.log());
      if (!stamp.find()) {
        throw new IllegalStateException(
            server.logFile() + " does not contain the time of its port");
      }
      return Long.parseLong(stamp.group(1));
    }

    double whole() {
      return toPort + toResponse;
    }
  }

  /** The rows of one discovery source. */
  private static final class Rows {
    private final String subject;
    private final Map<Row, ToDoubleFunction<Start>> figures = new LinkedHashMap<>();

    Rows(String id, String subject) {
      this.subject = subject;
      String what = "start of a History Server, " + subject;
      figures.put(Row.figure(id, what, "ms", LATER).within(BUDGET), Start::toResponse);
      row(id + ".whole", what + ": with what comes before its port", Start::whole);
      row(id + ".cpu", what + ": CPU", Start::cpu);
    }

    private void row(String id, String what, ToDoubleFunction<Start> figure) {
      figures.put(Row.figure(id, what, "ms", LATER), figure);
    }

    /**
     * The mean of all starts in a round, as single ones vary by more than the expected difference.
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
