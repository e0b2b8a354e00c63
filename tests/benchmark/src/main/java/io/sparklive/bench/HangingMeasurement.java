// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.driver.FakeDrivers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The effect of many hanging drivers, with many clients that wait for them, on the History Server's
 * own pages. Compared with a bare History Server without load.
 */
final class HangingMeasurement implements Measurement {
  private static final int DRIVERS = 1_000;
  private static final int WAITING = 300;

  /** The others have received their time-out error and are about to repeat the request. */
  private static final int MOST = WAITING * 9 / 10;

  private static final long WARM_UP = Duration.ofSeconds(4).toNanos();
  private static final long TURN = Duration.ofSeconds(1).toNanos();

  private static final Budget THREADS = Budget.atMost(64);

  private static final String UNDER_WAY = "spark_live_history_proxied_requests_in_progress ";
  private static final String HOME = "/";
  private static final String BARE = "bare";
  private static final String FILTER = "filter";

  @Override
  public String name() {
    return "hang";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws Exception {
    EventLogs logs = new EventLogs(context.directory());
    String history = "/history/" + logs.copyOfReal(context.version()) + "/jobs/";
    try (FakeDrivers drivers = new FakeDrivers("spark-hang", DRIVERS);
        HistoryServerProcess bareServer =
            HistoryServers.bare(context.version(), logs.directory()).start();
        HistoryServerProcess filterServer =
            HistoryServers.withPlugin(
                    context.version(), logs.directory(), Map.of("drivers", drivers.addresses()))
                .start();
        RunningJvm jvm = RunningJvm.of(filterServer.pid())) {
      Subject bare = new Subject(BARE, new RequestTimer(bareServer.uri()));
      Subject filter = new Subject(FILTER, new RequestTimer(filterServer.uri()));
      for (HistoryServerProcess server : List.of(bareServer, filterServer)) {
        awaitHistory(server, history);
      }
      awaitListed(filter.timer());
      for (Subject subject : List.of(bare, filter)) {
        subject.request(HOME, WARM_UP);
        subject.request(history, WARM_UP);
      }
      double heap = jvm.heapInUse();
      int threads = jvm.threads();

      context
          .log()
          .accept("%,d drivers hang, and %,d requests for them".formatted(DRIVERS, WAITING));
      drivers.silence();
      try (HangingClients clients = new HangingClients(pages(drivers, filterServer.uri()))) {
        awaitMostUnderWay(clients, filter.timer());
        List<Row> rows = new ArrayList<>(pages(context, List.of(bare, filter), history));
        awaitMostUnderWay(clients, filter.timer());
        rows.addAll(burden(jvm, heap, threads));
        clients.assertAllHang();
        return rows;
      }
    }
  }

  /** One of the two History Servers whose pages are requested. */
  private record Subject(String name, RequestTimer timer) {
    /** Requests a page again and again, for this time. */
    List<Double> request(String path, long nanos) throws IOException, InterruptedException {
      List<Double> millis = new ArrayList<>();
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        millis.add(timer.time(path).millis());
      }
      return millis;
    }
  }

  private static List<Row> pages(BenchmarkContext context, List<Subject> subjects, String history)
      throws IOException, InterruptedException {
    String what = "%,d drivers and %,d requests hang: ".formatted(DRIVERS, WAITING);
    List<Row> rows = new ArrayList<>();
    for (String path : List.of(history, HOME)) {
      String page = path.equals(HOME) ? "home" : "history";
      Row median =
          Row.ratio("hang.%s.p50".formatted(page), what + page + " p50", "ms", FILTER, BARE);
      Row worst =
          Row.ratio("hang.%s.p99".formatted(page), what + page + " p99", "ms", FILTER, BARE);
      for (int round = 0; round < context.rounds(); round++) {
        Map<String, List<Double>> millis = inTurn(subjects, path, round);
        median.add(percentiles(millis, 50));
        worst.add(percentiles(millis, 99));
      }
      rows.add(median);
      rows.add(worst);
    }
    return rows;
  }

  private static Map<String, List<Double>> inTurn(List<Subject> subjects, String path, int round)
      throws IOException, InterruptedException {
    Subject first = subjects.get(round % 2);
    Subject second = subjects.get(1 - round % 2);
    return Map.of(
        first.name(), first.request(path, TURN), second.name(), second.request(path, TURN));
  }

  private static Map<String, Double> percentiles(Map<String, List<Double>> millis, int hundredths) {
    return Map.of(
        BARE,
        Statistics.percentile(millis.get(BARE), hundredths),
        FILTER,
        Statistics.percentile(millis.get(FILTER), hundredths));
  }

  private static List<Row> burden(RunningJvm jvm, double heapBefore, int threadsBefore) {
    String what = "%,d drivers and %,d requests hang: ".formatted(DRIVERS, WAITING);
    Row threads =
        Row.figure("hang.threads", what + "threads added", "threads", FILTER).within(THREADS);
    threads.add(Map.of(FILTER, (double) jvm.threads() - threadsBefore));
    Row heap = Row.figure("hang.heap", what + "heap added", "MiB", FILTER);
    heap.add(Map.of(FILTER, jvm.heapInUse() - heapBefore));
    return List.of(threads, heap);
  }

  private static List<URI> pages(FakeDrivers drivers, URI server) {
    return drivers.drivers().subList(0, WAITING).stream()
        .map(driver -> URI.create(server + "/sparkui/" + driver.id() + "/jobs/"))
        .toList();
  }

  /** The first request for a history loads it, and is redirected to the same address. */
  private static void awaitHistory(HistoryServerProcess server, String history) {
    Awaitility.await().until(() -> server.get(history).statusCode() == 200);
  }

  private static void awaitListed(RequestTimer timer) {
    Awaitility.await()
        .until(
            () ->
                timer.text("/api/v1/applications?status=running").split("\"attempts\" :", -1).length
                    == DRIVERS + 1);
  }

  private static void awaitMostUnderWay(HangingClients clients, RequestTimer timer) {
    Awaitility.await()
        .until(
            () -> {
              clients.assertAllHang();
              return underWay(timer) >= MOST;
            });
  }

  /** The number of requests that the plugin is forwarding. */
  private static double underWay(RequestTimer timer) throws IOException, InterruptedException {
    return timer
        .text("/sparkui/-/metrics")
        .lines()
        .filter(line -> line.startsWith(UNDER_WAY))
        .mapToDouble(line -> Double.parseDouble(line.substring(UNDER_WAY.length())))
        .sum();
  }
}
