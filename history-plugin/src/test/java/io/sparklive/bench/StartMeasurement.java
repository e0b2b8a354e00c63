package io.sparklive.bench;

import io.sparklive.cluster.StandInCluster;
import io.sparklive.testing.EventLogs;
import io.sparklive.testing.HistoryServerProcess;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleFunction;

/** From the start of a History Server's process to its first answer. */
final class StartMeasurement implements Measurement {
  private static final Budget BUDGET = Budget.atMost(100);
  private static final int STARTS = 5;
  private static final String BARE = "bare";
  private static final String STATIC = "drivers at addresses";
  private static final String KUBERNETES = "drivers in Kubernetes";
  private static final String LATER = "later";
  private static final String MORE = "more";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Row> measure(Ground ground) {
    new EventLogs(ground.directory()).copyOfReal(ground.version());
    try (StandInCluster cluster = new StandInCluster()) {
      Map<String, HistoryServerProcess.Builder> servers = servers(ground, cluster);
      servers.values().forEach(Start::of);
      Rows atAddresses = new Rows("start.static", STATIC);
      Rows inKubernetes = new Rows("start.kubernetes", KUBERNETES);
      for (int round = 0; round < ground.rounds(); round++) {
        ground.tell().accept("round " + (round + 1));
        Map<String, Start> starts = quickest(servers);
        atAddresses.add(starts);
        inKubernetes.add(starts);
      }
      return List.of(atAddresses.later, atAddresses.work, inKubernetes.later, inKubernetes.work);
    }
  }

  /**
   * The quickest of some starts of each. What else the machine does only makes a start longer, and
   * by more than what is looked for.
   */
  private static Map<String, Start> quickest(Map<String, HistoryServerProcess.Builder> servers) {
    Map<String, Start> quickest = new HashMap<>();
    for (int time = 0; time < STARTS; time++) {
      for (String name : Turns.inRound(time, List.copyOf(servers.keySet()))) {
        quickest.merge(
            name,
            Start.of(servers.get(name)),
            BinaryOperator.minBy(Comparator.comparingDouble(Start::millis)));
      }
    }
    return quickest;
  }

  private static Map<String, HistoryServerProcess.Builder> servers(
      Ground ground, StandInCluster cluster) {
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
    return servers;
  }

  private static HistoryServerProcess.Builder withPlugin(
      Ground ground, Map<String, String> parameters) {
    return HistoryServers.withPlugin(ground.version(), ground.directory(), parameters);
  }

  /**
   * One start.
   *
   * @param millis from the start of the process to its first answer
   * @param cpuMillis for how long processors worked in it
   */
  private record Start(double millis, double cpuMillis) {
    static Start of(HistoryServerProcess.Builder builder) {
      long begin = System.nanoTime();
      try (HistoryServerProcess server = builder.start()) {
        double millis = (System.nanoTime() - begin) / 1e6;
        Start start = new Start(millis, Work.cpu(List.of(server.pid())).toNanos() / 1e6);
        // It has nothing to lose, and takes a second and more to end by itself.
        ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
        return start;
      }
    }
  }

  /** The rows of one way to find drivers. */
  private static final class Rows {
    private final String subject;
    private final Row later;
    private final Row work;

    Rows(String id, String subject) {
      this.subject = subject;
      String what = "start of a History Server, " + subject;
      later = Row.figure(id, what, "ms", LATER).within(BUDGET);
      work = Row.figure(id + ".cpu", what + ": CPU", "ms", MORE);
    }

    void add(Map<String, Start> starts) {
      later.add(figures(starts, Start::millis, LATER));
      work.add(figures(starts, Start::cpuMillis, MORE));
    }

    private Map<String, Double> figures(
        Map<String, Start> starts, ToDoubleFunction<Start> figure, String difference) {
      double bare = figure.applyAsDouble(starts.get(BARE));
      double plugin = figure.applyAsDouble(starts.get(subject));
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(BARE, bare);
      figures.put("plugin", plugin);
      figures.put(difference, plugin - bare);
      return figures;
    }
  }
}
