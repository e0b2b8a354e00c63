package io.sparklive.bench;

import io.sparklive.cluster.StandInCluster;
import io.sparklive.testing.EventLogs;
import io.sparklive.testing.HistoryServerProcess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of a History Server's process to its first answer. */
final class StartMeasurement implements Measurement {
  private static final Budget BUDGET = Budget.atMost(100);
  private static final String BARE = "bare";
  private static final String STATIC = "drivers at addresses";
  private static final String KUBERNETES = "drivers in Kubernetes";
  private static final String LATER = "later";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Row> measure(Ground ground) {
    new EventLogs(ground.directory()).copyOfReal(ground.version());
    try (StandInCluster cluster = new StandInCluster()) {
      Map<String, HistoryServerProcess.Builder> servers = servers(ground, cluster);
      servers.values().forEach(StartMeasurement::millisToStart);
      Row atAddresses = row("start.static", STATIC);
      Row inKubernetes = row("start.kubernetes", KUBERNETES);
      for (int round = 0; round < roundsOf(ground); round++) {
        ground.tell().accept("round " + (round + 1));
        Map<String, Double> millis = new LinkedHashMap<>();
        for (String name : Turns.inRound(round, List.copyOf(servers.keySet()))) {
          millis.put(name, millisToStart(servers.get(name)));
        }
        atAddresses.add(comparison(millis, STATIC));
        inKubernetes.add(comparison(millis, KUBERNETES));
      }
      return List.of(atAddresses, inKubernetes);
    }
  }

  /** A start differs from the next one by more than what is looked for. */
  private static int roundsOf(Ground ground) {
    return 2 * ground.rounds() - 1;
  }

  private static Map<String, HistoryServerProcess.Builder> servers(
      Ground ground, StandInCluster cluster) {
    Map<String, HistoryServerProcess.Builder> servers = new LinkedHashMap<>();
    servers.put(BARE, HistoryServers.bare(ground.version(), ground.directory()));
    servers.put(
        STATIC,
        HistoryServers.withPlugin(
            ground.version(), ground.directory(), Map.of("drivers", "127.0.0.1:4040-4049")));
    servers.put(
        KUBERNETES,
        HistoryServers.withPlugin(
            ground.version(),
            ground.directory(),
            Map.of(
                "discovery",
                "kubernetes",
                "kubeconfig",
                cluster.kubeconfig().toString(),
                "jobNamespaces",
                cluster.newNamespace())));
    return servers;
  }

  private static Row row(String id, String what) {
    return Row.figure(id, "start of a History Server, " + what, "ms", LATER).within(BUDGET);
  }

  private static Map<String, Double> comparison(Map<String, Double> millis, String subject) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(BARE, millis.get(BARE));
    figures.put("with the plugin", millis.get(subject));
    figures.put(LATER, millis.get(subject) - millis.get(BARE));
    return figures;
  }

  private static double millisToStart(HistoryServerProcess.Builder builder) {
    long start = System.nanoTime();
    HistoryServerProcess server = builder.start();
    double millis = (System.nanoTime() - start) / 1e6;
    server.close();
    return millis;
  }
}
