// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.driver.FakeDrivers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.awaitility.Awaitility;

/**
 * The list of a History Server with many completed applications, and more and more running ones.
 * Compares three subjects: with the plugin; without it in the same JVM, by a header; and a bare one
 * that reads the same event logs. The latter two list no running application.
 */
final class ListMeasurement implements Measurement {
  private static final int COMPLETED = 20_000;
  private static final int MOST = 1_000;
  private static final List<Live> LIVE =
      List.of(new Live(0, 3), new Live(100, 8), new Live(MOST, 12));

  /** The load of other processes varies: so there are many short turns. */
  private static final int REQUESTS = 3;

  private static final int WARM_UP = 40;

  /** The allocations hardly vary. */
  private static final int MEMORY_REQUESTS = 3;

  private static final int SHORT_REQUESTS = 15;
  private static final int COMPRESSED_REQUESTS = 5;

  private static final Instant FIRST_START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Budget TIME = Budget.atMost(1.05);

  /** The extra memory of the plugin for a list must not grow with the list. */
  private static final Budget EXTRA_MEMORY = Budget.atMost(1.5);

  private static final String BARE = "bare";
  private static final String PASSED_BY = "passed by";
  private static final String FILTER = "filter";
  private static final String WHOLE = "";
  private static final String RUNNING = "?status=running";

  /**
   * A number of running applications.
   *
   * @param turns the number of turns of each subject in a round
   */
  private record Live(int running, int turns) {
    String id(String figure) {
      return "list.%d.%s".formatted(running, figure);
    }

    String what(String figure) {
      return "list of %,d completed, %,d running: %s".formatted(COMPLETED, running, figure);
    }
  }

  @Override
  public String name() {
    return "list";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws Exception {
    context.log().accept("writes %,d event logs".formatted(COMPLETED));
    writeEventLogs(context.directory());
    context.log().accept("starts two History Servers that read them");
    try (SparkNamespace namespace = new SparkNamespace();
        FakeDrivers drivers = new FakeDrivers("spark-live", MOST);
        HistoryServerProcess bareServer =
            once(HistoryServers.bare(context.version(), context.directory())).start();
        HistoryServerProcess filterServer =
            once(HistoryServers.withOptionalPlugin(
                    context.version(), context.directory(), namespace.parameters()))
                .start();
        ListSubject bare = new ListSubject(BARE, bareServer);
        ListSubject passedBy =
            new ListSubject(PASSED_BY, filterServer, OptionalPlugin.WITHOUT, "true");
        ListSubject filter = new ListSubject(FILTER, filterServer)) {
      awaitLength(bare, COMPLETED);
      awaitLength(filter, COMPLETED);
      namespace.awaitWatches();
      List<ListSubject> subjects = List.of(bare, passedBy, filter);
      ListSubject.requestInTurn(subjects, WARM_UP, WHOLE);
      List<Row> rows = new ArrayList<>();
      int running = 0;
      for (Live live : LIVE) {
        context.log().accept("measures with %,d that run".formatted(live.running()));
        for (FakeDrivers.Driver driver : drivers.drivers().subList(running, live.running())) {
          namespace.run(namespace.create(driver), driver, Instant.now());
        }
        running = live.running();
        awaitLength(filter, COMPLETED + running);
        checkLength(passedBy, COMPLETED);
        // The plugin polls the settings of each, which uses processors too.
        while (drivers.settingsRead() < running) {
          ListSubject.requestInTurn(subjects, 1, WHOLE);
        }
        rows.addAll(whole(subjects, live, context.rounds()));
      }
      rows.add(compressed(subjects, context.rounds()));
      rows.add(extraMemory(List.of(passedBy, filter), context.rounds()));
      return rows;
    }
  }

  /** Scans the logs at its start only, not during the measurement. */
  private static HistoryServerProcess.Builder once(HistoryServerProcess.Builder server) {
    return server.property("spark.history.fs.update.interval", "1h");
  }

  private static void writeEventLogs(Path directory) {
    EventLogs logs = new EventLogs(directory);
    for (int i = 0; i < COMPLETED; i++) {
      Instant start = FIRST_START.plus(Duration.ofMinutes(i));
      logs.write(
          LoggedApplication.startedAt(start, "app-2026-%05d".formatted(i))
              .named("Orders of the day, " + i)
              .endedAt(start.plus(Duration.ofMinutes(17))));
    }
  }

  private static void awaitLength(ListSubject subject, int length) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> subject.length() == length);
  }

  /** If not, two equal lists would be compared. */
  private static void checkLength(ListSubject subject, int length)
      throws IOException, InterruptedException {
    if (subject.length() != length) {
      throw new IllegalStateException(
          "A list that is passed by the plugin has %,d applications, not %,d"
              .formatted(subject.length(), length));
    }
  }

  private static List<Row> whole(List<ListSubject> subjects, Live live, int rounds)
      throws IOException, InterruptedException {
    Row unjudged = row(live, "time", "time", "ms");
    Row time = live.running() > 0 ? unjudged.within(TIME) : unjudged;
    Row body = row(live, "body", "body", "MiB");
    Row allocated = row(live, "allocated", "allocated", "MiB");
    for (int turn = 0; turn < live.turns() * rounds; turn++) {
      Map<String, ListSubject.Result> results =
          ListSubject.requestInTurn(SubjectRotation.inRound(turn, subjects), REQUESTS, WHOLE);
      time.add(figures(results, ListSubject.Result::millis));
      body.add(figures(results, ListSubject.Result::body));
    }
    for (int round = 0; round < rounds; round++) {
      allocated.add(ListSubject.allocated(subjects, MEMORY_REQUESTS, WHOLE));
    }
    return List.of(time, body, allocated);
  }

  private static Row row(Live live, String figure, String named, String unit) {
    return Row.ratio(live.id(figure), live.what(named), unit, FILTER, PASSED_BY);
  }

  /** With the headers of the home page's request. */
  private static Row compressed(List<ListSubject> subjects, int rounds)
      throws IOException, InterruptedException {
    Row row = row(LIVE.get(LIVE.size() - 1), "gzip.time", "time when compressed", "ms");
    for (int round = 0; round < rounds; round++) {
      row.add(
          figures(
              ListSubject.requestInTurn(
                  subjects, COMPRESSED_REQUESTS, WHOLE, "Accept-Encoding", "gzip"),
              ListSubject.Result::millis));
    }
    return row;
  }

  /**
   * The extra memory of the plugin, in a long list and in the list of running applications alone.
   */
  private static Row extraMemory(List<ListSubject> subjects, int rounds)
      throws IOException, InterruptedException {
    String inLong = "in the whole list";
    String alone = "alone";
    Row row =
        Row.ratio(
                "list.%d.extra.allocated".formatted(MOST),
                "%,d running: extra allocated in a list".formatted(MOST),
                "MiB",
                inLong,
                alone)
            .within(EXTRA_MEMORY);
    ListSubject.requestInTurn(subjects, WARM_UP, RUNNING);
    for (int round = 0; round < rounds; round++) {
      row.add(
          Map.of(
              inLong,
              extra(ListSubject.allocated(subjects, MEMORY_REQUESTS, WHOLE)),
              alone,
              extra(ListSubject.allocated(subjects, SHORT_REQUESTS, RUNNING))));
    }
    return row;
  }

  private static double extra(Map<String, Double> allocated) {
    return allocated.get(FILTER) - allocated.get(PASSED_BY);
  }

  private static Map<String, Double> figures(
      Map<String, ListSubject.Result> results, ToDoubleFunction<ListSubject.Result> figure) {
    Map<String, Double> figures = new LinkedHashMap<>();
    results.forEach((subject, what) -> figures.put(subject, figure.applyAsDouble(what)));
    return figures;
  }
}
