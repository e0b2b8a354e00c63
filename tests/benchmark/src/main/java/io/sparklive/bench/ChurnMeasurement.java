// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ProcessResources;
import io.sparklive.testkit.driver.FakeDrivers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Many applications that start, run and end, a hundred at a time: what the History Server holds
 * after them, and did not hold before. Each application has a page requested through the filter
 * while it runs. The API server is a stand-in, and so are the drivers.
 */
final class ChurnMeasurement implements Measurement {
  private static final int BLOCK = 1_000;
  private static final int BLOCKS = 20;
  private static final int AT_ONCE = 100;

  /** Caches that keep the last thousand have filled up by then. */
  private static final int BLOCKS_OF_WARM_UP = 2;

  /** An idle connection and its thread go after a minute. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** Jetty's client forgets a driver a minute after its last connection. */
  private static final Duration FORGETTING = Duration.ofSeconds(65);

  private static final String CONNECTIONS = "spark_live_history_driver_connections";
  private static final String BEFORE = "before";
  private static final String AFTER = "after";
  private static final String ADDED = "added";

  private static final Budget HEAP = Budget.atMost(4);
  private static final Budget THREADS = Budget.atMost(4);
  private static final Budget FILES = Budget.atMost(4);

  /** What a History Server holds, after a collection, without any application. */
  private record Held(double heap, double threads, double files) {
    static Held by(HistoryServerProcess server, RunningJvm jvm) throws IOException {
      double heap = jvm.heapInUse();
      ProcessResources resources = ProcessResources.of(server.pid());
      return new Held(heap, jvm.threads(), resources.sockets() + resources.files().size());
    }
  }

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public List<Row> measure(BenchmarkContext ground) throws Exception {
    try (SparkNamespace namespace = new SparkNamespace();
        HistoryServerProcess server =
            HistoryServers.withPlugin(ground.version(), ground.directory(), parameters(namespace))
                .start();
        RunningJvm jvm = RunningJvm.of(server.pid())) {
      namespace.awaitWatches();
      RequestTimer caller = new RequestTimer(server.uri());
      for (int block = 0; block < BLOCKS_OF_WARM_UP; block++) {
        runBlock("spark-warm-up-" + block, namespace, caller);
      }
      Held before = awaitSettled(server, jvm, caller);
      long began = System.nanoTime();
      for (int block = 0; block < BLOCKS; block++) {
        ground.tell().accept("%,d of %,d applications".formatted(block * BLOCK, BLOCKS * BLOCK));
        runBlock("spark-churn-" + block, namespace, caller);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return rows(before, awaitSettled(server, jvm, caller), seconds);
    }
  }

  private static Map<String, String> parameters(SparkNamespace namespace) {
    Map<String, String> parameters = new LinkedHashMap<>(namespace.parameters());
    // No application here has an event log.
    parameters.put("handoffTimeout", "1s");
    return parameters;
  }

  private static void runBlock(String prefix, SparkNamespace namespace, RequestTimer caller)
      throws IOException, InterruptedException {
    try (FakeDrivers drivers = new FakeDrivers(prefix, BLOCK)) {
      List<FakeDrivers.Driver> all = drivers.drivers();
      for (int from = 0; from < BLOCK; from += AT_ONCE) {
        runAtOnce(all.subList(from, from + AT_ONCE), namespace, caller);
      }
    }
  }

  private static void runAtOnce(
      List<FakeDrivers.Driver> drivers, SparkNamespace namespace, RequestTimer caller)
      throws IOException, InterruptedException {
    Instant since = Instant.now();
    List<JsonObject> pods = new ArrayList<>();
    for (FakeDrivers.Driver driver : drivers) {
      JsonObject pod = namespace.create(driver);
      namespace.run(pod, driver, since);
      pods.add(pod);
    }
    awaitApplications(caller, "live", AT_ONCE);
    for (FakeDrivers.Driver driver : drivers) {
      // The stand-in has no pages.
      caller.expect(404, "/sparkui/" + driver.id() + "/jobs/");
    }
    pods.forEach(pod -> namespace.end(pod, since));
    awaitApplications(caller, "live", 0);
  }

  private static void awaitApplications(RequestTimer caller, String state, int count) {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> applications(caller).get(state).getAsInt() == count);
  }

  private static JsonObject applications(RequestTimer caller)
      throws IOException, InterruptedException {
    return JsonParser.parseString(caller.text(PodsMeasurement.HEALTH))
        .getAsJsonObject()
        .getAsJsonObject("applications");
  }

  /** Waits until no application is left, nor a connection to a driver, nor what is kept of one. */
  private static Held awaitSettled(HistoryServerProcess server, RunningJvm jvm, RequestTimer caller)
      throws IOException, InterruptedException {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                applications(caller).entrySet().stream()
                        .allMatch(state -> state.getValue().getAsInt() == 0)
                    && connectionsToDrivers(caller) == 0);
    Thread.sleep(FORGETTING.toMillis());
    return Held.by(server, jvm);
  }

  private static double connectionsToDrivers(RequestTimer caller)
      throws IOException, InterruptedException {
    return caller
        .text("/sparkui/-/metrics")
        .lines()
        .filter(line -> line.startsWith(CONNECTIONS))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static List<Row> rows(Held before, Held after, double seconds) {
    String what = "after %,d applications, %d at a time: ".formatted(BLOCKS * BLOCK, AT_ONCE);
    Row heap = Row.figure("churn.heap", what + "heap added", "MiB", ADDED).within(HEAP);
    Row threads =
        Row.figure("churn.threads", what + "threads added", "threads", ADDED).within(THREADS);
    Row files =
        Row.figure("churn.files", what + "open files and connections added", "files", ADDED)
            .within(FILES);
    Row time = Row.figure("churn.time", what + "time", "s", AFTER);
    heap.add(round(before.heap(), after.heap()));
    threads.add(round(before.threads(), after.threads()));
    files.add(round(before.files(), after.files()));
    time.add(Map.of(AFTER, seconds));
    return List.of(heap, threads, files, time);
  }

  private static Map<String, Double> round(double before, double after) {
    Map<String, Double> round = new LinkedHashMap<>();
    round.put(BEFORE, before);
    round.put(AFTER, after);
    round.put(ADDED, after - before);
    return round;
  }
}
