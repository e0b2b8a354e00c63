// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.driver.FakeDrivers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * A large cluster: the memory of the plugin for its pods, and the time until a new application is
 * listed. Also the effect on requests while all pods are listed again. The API server is a
 * stand-in, and the drivers are fakes.
 */
final class PodsMeasurement implements Measurement {
  private static final int DRIVERS = 5_000;
  private static final int EXECUTORS_OF_EACH = 10;
  private static final int NEW_DRIVERS = 60;

  private static final Duration AGE = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final long LONGEST_TO_BE_LISTED = TimeUnit.SECONDS.toNanos(30);
  private static final int LONGEST_GAP_MILLIS = 20;

  private static final Budget HEAP = Budget.atMost(64);
  private static final Budget LISTED = Budget.atMost(50);

  static final String HEALTH = "/sparkui/-/health";
  private static final String FILTER = "filter";

  @Override
  public String name() {
    return "pods";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws Exception {
    try (SparkNamespace namespace = new SparkNamespace();
        FakeDrivers drivers =
            new FakeDrivers("spark-pod", DRIVERS + NEW_DRIVERS * (context.rounds() + 1));
        HistoryServerProcess server =
            HistoryServers.withPlugin(
                    context.version(), context.directory(), namespace.parameters())
                .start();
        RunningJvm jvm = RunningJvm.of(server.pid())) {
      namespace.awaitWatches();
      RequestTimer timer = new RequestTimer(server.uri());
      List<Row> rows = new ArrayList<>();
      rows.addAll(burden(context, namespace, drivers, timer, jvm));
      rows.addAll(news(context, namespace, drivers.drivers(), timer));
      rows.addAll(ResyncRows.measure(context, namespace, server));
      return rows;
    }
  }

  /** The extra memory of the History Server with the pods. */
  private static List<Row> burden(
      BenchmarkContext context,
      SparkNamespace namespace,
      FakeDrivers drivers,
      RequestTimer timer,
      RunningJvm jvm)
      throws IOException, InterruptedException {
    // Memory for the first application is not part of the memory for each.
    create(namespace, drivers.drivers().subList(0, 1));
    awaitTaken(timer, drivers, 1);
    double heapBefore = jvm.heapInUse();
    int threadsBefore = jvm.threads();

    context.log().accept("creates %,d driver pods with their executors".formatted(DRIVERS));
    long began = System.nanoTime();
    create(namespace, drivers.drivers().subList(1, DRIVERS));
    awaitTaken(timer, drivers, DRIVERS);
    double seconds = (System.nanoTime() - began) / 1e9;

    String pods =
        "%,d driver and %,d executor pods".formatted(DRIVERS, DRIVERS * EXECUTORS_OF_EACH);
    Row heap = Row.figure("pods.heap", pods + ": heap", "MiB", FILTER).within(HEAP);
    for (int round = 0; round < context.rounds(); round++) {
      heap.add(Map.of(FILTER, jvm.heapInUse() - heapBefore));
    }
    Row threads = Row.figure("pods.threads", pods + ": threads added", "threads", FILTER);
    threads.add(Map.of(FILTER, (double) jvm.threads() - threadsBefore));
    Row taken = Row.figure("pods.taken", pods + ": created and taken in", "s", FILTER);
    taken.add(Map.of(FILTER, seconds));
    return List.of(heap, threads, taken);
  }

  private static void create(SparkNamespace namespace, List<FakeDrivers.Driver> drivers) {
    Instant since = Instant.now().minus(AGE);
    for (FakeDrivers.Driver driver : drivers) {
      JsonObject pod = namespace.create(driver);
      namespace.run(pod, driver, since);
      namespace.createExecutors(pod, EXECUTORS_OF_EACH);
    }
  }

  /**
   * Waits until so many applications are known by their driver pods, their executor pods and their
   * drivers.
   */
  private static void awaitTaken(RequestTimer timer, FakeDrivers drivers, int applications) {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                drivers.found() == applications
                    && inHealth(timer).equals(List.of(applications, applications)));
  }

  /** The number of applications in each of the two watches. */
  private static List<Integer> inHealth(RequestTimer timer)
      throws IOException, InterruptedException {
    List<Integer> applications = new ArrayList<>();
    JsonObject health = JsonParser.parseString(timer.text(HEALTH)).getAsJsonObject();
    for (JsonElement source : health.getAsJsonArray("sources")) {
      JsonObject one = source.getAsJsonObject();
      if (one.get("source").getAsString().endsWith(" pods")) {
        applications.add(one.get("applications").getAsInt());
      }
    }
    return applications;
  }

  /** The time from the pod's event until a new application is in the list. */
  private static List<Row> news(
      BenchmarkContext context,
      SparkNamespace namespace,
      List<FakeDrivers.Driver> drivers,
      RequestTimer timer)
      throws IOException, InterruptedException {
    context.log().accept("creates driver pods one by one");
    String what = "pod event to listed, among %,d: ".formatted(DRIVERS);
    Row median = Row.figure("pods.listed.p50", what + "p50", "ms", FILTER);
    Row worst = Row.figure("pods.listed.p99", what + "p99", "ms", FILTER).within(LISTED);
    Random random = new Random(5);
    int next = DRIVERS;
    for (int round = -1; round < context.rounds(); round++) {
      // The first one is for warm-up.
      List<Double> millis = new ArrayList<>();
      for (FakeDrivers.Driver driver : drivers.subList(next, next + NEW_DRIVERS)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_GAP_MILLIS)));
        millis.add(untilListed(namespace, driver, timer));
      }
      next += NEW_DRIVERS;
      if (round >= 0) {
        median.add(Map.of(FILTER, Statistics.percentile(millis, 50)));
        worst.add(Map.of(FILTER, Statistics.percentile(millis, 99)));
      }
    }
    return List.of(median, worst);
  }

  private static double untilListed(
      SparkNamespace namespace, FakeDrivers.Driver driver, RequestTimer timer)
      throws IOException, InterruptedException {
    JsonObject pod = namespace.create(driver);
    Instant since = Instant.now();
    // Without the earlier applications: the response is short, and fast.
    String path =
        "/api/v1/applications?status=running&minDate=%tFT%<tT.000GMT"
            .formatted(since.minusSeconds(1).atOffset(ZoneOffset.UTC));
    String listed = "\"id\" : \"" + driver.id() + "\"";
    long began = System.nanoTime();
    namespace.run(pod, driver, since);
    while (!timer.text(path).contains(listed)) {
      if (System.nanoTime() - began > LONGEST_TO_BE_LISTED) {
        throw new IllegalStateException(driver.id() + " was not listed at all");
      }
    }
    return (System.nanoTime() - began) / 1e6;
  }
}
