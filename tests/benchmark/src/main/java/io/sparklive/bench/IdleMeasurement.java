// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of an idle History Server: without the plugin, with drivers at addresses, and with
 * Kubernetes. Each has served its home page a few times.
 */
final class IdleMeasurement implements Measurement {
  private static final Budget BUDGET = Budget.atMost(64);
  private static final int PAGES = 20;
  private static final double KIB_IN_MIB = 1024;
  private static final String BARE = "bare";
  private static final String STATIC = "drivers at addresses";
  private static final String KUBERNETES = "drivers in Kubernetes";
  private static final String ADDED = "added";

  /**
   * The memory of one History Server.
   *
   * @param resident its resident memory, in MiB
   * @param metaspace the part of it for classes, in MiB
   * @param classes the number of loaded classes
   */
  private record Taken(double resident, double metaspace, double classes) {}

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws Exception {
    new EventLogs(context.directory()).copyOfReal(context.version());
    Rows atAddresses = new Rows("idle.static", STATIC);
    Rows inKubernetes = new Rows("idle.kubernetes", KUBERNETES);
    for (int round = 0; round < context.rounds(); round++) {
      context.log().accept("round " + (round + 1));
      Taken bare = taken(HistoryServers.bare(context.version(), context.directory()), () -> {});
      atAddresses.add(
          bare,
          taken(
              HistoryServers.withPlugin(
                  context.version(), context.directory(), Map.of("drivers", "127.0.0.1:4040-4049")),
              () -> {}));
      try (SparkNamespace namespace = new SparkNamespace()) {
        inKubernetes.add(
            bare,
            taken(
                HistoryServers.withPlugin(
                    context.version(), context.directory(), namespace.parameters()),
                namespace::awaitWatches));
      }
    }
    return List.of(
        atAddresses.resident,
        atAddresses.metaspace,
        atAddresses.classes,
        inKubernetes.resident,
        inKubernetes.metaspace,
        inKubernetes.classes);
  }

  /**
   * @param discovery waits until discovery has started
   */
  private static Taken taken(HistoryServerProcess.Builder builder, Runnable discovery)
      throws IOException, InterruptedException {
    try (HistoryServerProcess server = builder.start();
        RunningJvm jvm = RunningJvm.of(server.pid())) {
      discovery.run();
      RequestTimer timer = new RequestTimer(server.uri());
      for (int page = 0; page < PAGES; page++) {
        timer.text("/");
      }
      jvm.heapInUse();
      return new Taken(resident(server.pid()), jvm.metaspace(), jvm.classes());
    }
  }

  /** proc(5): {@code VmRSS} of {@code /proc/<pid>/status}, in kB. */
  private static double resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / KIB_IN_MIB)
        .findFirst()
        .orElseThrow();
  }

  /** The rows of one discovery source. */
  private static final class Rows {
    private final Row resident;
    private final Row metaspace;
    private final Row classes;

    Rows(String id, String subject) {
      String what = "idle History Server, " + subject + ": ";
      resident =
          Row.figure(id + ".resident", what + "resident memory", "MiB", ADDED).within(BUDGET);
      metaspace = Row.figure(id + ".metaspace", what + "metaspace", "MiB", ADDED);
      classes = Row.figure(id + ".classes", what + "classes", "classes", ADDED);
    }

    void add(Taken bare, Taken plugin) {
      resident.add(round(bare.resident(), plugin.resident()));
      metaspace.add(round(bare.metaspace(), plugin.metaspace()));
      classes.add(round(bare.classes(), plugin.classes()));
    }

    private static Map<String, Double> round(double bare, double plugin) {
      Map<String, Double> round = new LinkedHashMap<>();
      round.put(BARE, bare);
      round.put("plugin", plugin);
      round.put(ADDED, plugin - bare);
      return round;
    }
  }
}
