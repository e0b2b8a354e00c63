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
 * Many applications that start, run and end, a hundred at a time: the resources that the History
 * Server holds in addition afterwards. One page of each application is requested through the filter
 * while it runs. The API server is a stand-in, and the drivers are fakes.
 */
final class ChurnMeasurement implements Measurement {
  private static final int BLOCK = 1_000;
  private static final int BLOCKS = 20;
  private static final int AT_ONCE = 100;

  /** Caches for the last thousand entries are full by then. */
  private static final int BLOCKS_OF_WARM_UP = 2;

  /** An idle connection and its thread are released after a minute. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** Jetty's client removes a driver a minute after its last connection. */
  private static final Duration FORGETTING = Duration.ofSeconds(65);

  private static final String CONNECTIONS = "spark_live_history_driver_connections";
  private static final String BEFORE = "before";
  private static final String AFTER = "after";
  private static final String ADDED = "added";

  private static final Budget HEAP = Budget.atMost(4);
  private static final Budget THREADS = Budget.atMost(4);
  private static final Budget FILES = Budget.atMost(4);

  /** The resources of a History Server without any application, after a garbage collection. */
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
  public List<Row> measure(BenchmarkContext context) throws Exception {
    try (SparkNamespace namespace = new SparkNamespace();
        HistoryServerProcess server =
            HistoryServers.withPlugin(context.version(), context.directory(), parameters(namespace))
                .start();
        RunningJvm jvm = RunningJvm.of(server.pid())) {
      namespace.awaitWatches();
      RequestTimer timer = new RequestTimer(server.uri());
      for (int block = 0; block < BLOCKS_OF_WARM_UP; block++) {
        runBlock("spark-warm-up-" + block, namespace, timer);
      }
      Held before = awaitSettled(server, jvm, timer);
      long began = System.nanoTime();
      for (int block = 0; block < BLOCKS; block++) {
        context.log().accept("%,d of %,d applications".formatted(block * BLOCK, BLOCKS * BLOCK));
        runBlock("spark-churn-" + block, namespace, timer);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return rows(before, awaitSettled(server, jvm, timer), seconds);
    }
  }

  private static Map<String, String> parameters(SparkNamespace namespace) {
    Map<String, String> parameters = new LinkedHashMap<>(namespace.parameters());
    // No application here has an event log.
    parameters.put("handoffTimeout", "1s");
    return parameters;
  }

  private static void runBlock(String prefix, SparkNamespace namespace, RequestTimer timer)
      throws IOException, InterruptedException {
    try (FakeDrivers drivers = new FakeDrivers(prefix, BLOCK)) {
      List<FakeDrivers.Driver> all = drivers.drivers();
      for (int from = 0; from < BLOCK; from += AT_ONCE) {
        runAtOnce(all.subList(from, from + AT_ONCE), namespace, timer);
      }
    }
  }

  private static void runAtOnce(
      List<FakeDrivers.Driver> drivers, SparkNamespace namespace, RequestTimer timer)
      throws IOException, InterruptedException {
    Instant since = Instant.now();
    List<JsonObject> pods = new ArrayList<>();
    for (FakeDrivers.Driver driver : drivers) {
      JsonObject pod = namespace.create(driver);
      namespace.run(pod, driver, since);
      pods.add(pod);
    }
    awaitApplications(timer, "live", AT_ONCE);
    for (FakeDrivers.Driver driver : drivers) {
      // The fake driver has no pages.
      timer.expect(404, "/sparkui/" + driver.id() + "/jobs/");
    }
    pods.forEach(pod -> namespace.end(pod, since));
    awaitApplications(timer, "live", 0);
  }

  private static void awaitApplications(RequestTimer timer, String state, int count) {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> applications(timer).get(state).getAsInt() == count);
  }

  private static JsonObject applications(RequestTimer timer)
      throws IOException, InterruptedException {
    return JsonParser.parseString(timer.text(PodsMeasurement.HEALTH))
        .getAsJsonObject()
        .getAsJsonObject("applications");
  }

  /** Waits until all applications, connections to drivers and their cached data are gone. */
  private static Held awaitSettled(HistoryServerProcess server, RunningJvm jvm, RequestTimer timer)
      throws IOException, InterruptedException {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                applications(timer).entrySet().stream()
                        .allMatch(state -> state.getValue().getAsInt() == 0)
                    && connectionsToDrivers(timer) == 0);
    Thread.sleep(FORGETTING.toMillis());
    return Held.by(server, jvm);
  }

  private static double connectionsToDrivers(RequestTimer timer)
      throws IOException, InterruptedException {
    return timer
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
