package io.sparklive.bench;

import io.sparklive.testing.EventLogs;
import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.LoggedApplication;
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
 * The list of a History Server that has seen much: many completed applications, and more and more
 * that run. Both History Servers read the same event logs; the bare one lists nothing that runs.
 */
final class ListMeasurement implements Measurement {
  private static final int COMPLETED = 20_000;
  private static final List<Integer> LIVE = List.of(0, 100, 1_000);
  private static final int MOST = 1_000;

  private static final int REQUESTS = 15;
  private static final int WARM_UP = 30;

  /** What is allocated hardly differs from one to the next. */
  private static final int MEMORY_REQUESTS = 5;

  private static final int SHORT_REQUESTS = 15;
  private static final int COMPRESSED_REQUESTS = 5;

  private static final Instant FIRST_START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Budget TIME = Budget.atMost(1.05);

  /** What a list needs more with the plugin does not grow with the list. */
  private static final Budget EXTRA_MEMORY = Budget.atMost(1.5);

  private static final String BARE = "bare";
  private static final String FILTER = "filter";
  private static final String WHOLE = "";
  private static final String RUNNING = "?status=running";

  @Override
  public String name() {
    return "list";
  }

  @Override
  public List<Row> measure(Ground ground) throws Exception {
    ground.tell().accept("writes %,d event logs".formatted(COMPLETED));
    writeEventLogs(ground.directory());
    ground.tell().accept("starts two History Servers that read them");
    try (SparkNamespace namespace = new SparkNamespace();
        StandInDrivers drivers = new StandInDrivers("spark-live", MOST);
        HistoryServerProcess bareServer =
            once(HistoryServers.bare(ground.version(), ground.directory())).start();
        HistoryServerProcess filterServer =
            once(HistoryServers.withPlugin(
                    ground.version(), ground.directory(), namespace.parameters()))
                .start();
        ListSubject bare = new ListSubject(BARE, bareServer);
        ListSubject filter = new ListSubject(FILTER, filterServer)) {
      awaitLength(bare, COMPLETED);
      awaitLength(filter, COMPLETED);
      namespace.awaitWatches();
      List<ListSubject> subjects = List.of(bare, filter);
      ListSubject.askInTurn(subjects, WARM_UP, WHOLE);
      List<Row> rows = new ArrayList<>();
      double luck = 1;
      int running = 0;
      for (int live : LIVE) {
        ground.tell().accept("measures with %,d that run".formatted(live));
        for (StandInDrivers.Driver driver : drivers.drivers().subList(running, live)) {
          namespace.run(namespace.create(driver), driver, Instant.now());
        }
        running = live;
        awaitLength(filter, COMPLETED + live);
        // The plugin asks each of them for its settings, which takes processors too.
        while (drivers.asked() < live) {
          ListSubject.askInTurn(subjects, 1, WHOLE);
        }
        List<Row> whole = whole(subjects, live, ground.rounds());
        rows.addAll(whole);
        luck = live == 0 ? Figures.median(whole.get(0).judgements()) : luck;
        if (live > 0) {
          rows.add(added(whole.get(0), live, luck));
        }
      }
      rows.add(compressed(subjects, ground.rounds()));
      rows.add(extraMemory(subjects, ground.rounds()));
      return rows;
    }
  }

  /** Scans what there is at its start, and not while it is measured. */
  private static HistoryServerProcess.Builder once(HistoryServerProcess.Builder server) {
    return HistoryServers.withoutGuesses(server).property("spark.history.fs.update.interval", "1h");
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

  private static List<Row> whole(List<ListSubject> subjects, int live, int rounds)
      throws IOException, InterruptedException {
    String which = "list of %,d completed, %,d running: ".formatted(COMPLETED, live);
    Row time = Row.ratio("list.%d.time".formatted(live), which + "time", "ms", FILTER, BARE);
    Row entry =
        Row.ratio("list.%d.entry".formatted(live), which + "time for an entry", "µs", FILTER, BARE);
    Row body = Row.ratio("list.%d.body".formatted(live), which + "body", "MiB", FILTER, BARE);
    Row allocated =
        Row.ratio("list.%d.allocated".formatted(live), which + "allocated", "MiB", FILTER, BARE);
    for (int round = 0; round < rounds; round++) {
      Map<String, ListSubject.Asked> asked = ListSubject.askInTurn(subjects, REQUESTS, WHOLE);
      time.add(figures(asked, ListSubject.Asked::millis));
      body.add(figures(asked, ListSubject.Asked::body));
      allocated.add(figures(asked, ListSubject.Asked::allocated));
      entry.add(
          Map.of(
              BARE,
              asked.get(BARE).millis() * 1_000 / COMPLETED,
              FILTER,
              asked.get(FILTER).millis() * 1_000 / (COMPLETED + live)));
    }
    return List.of(time, entry, body, allocated);
  }

  /**
   * What running applications add to the time of a list: by what the two History Servers differ
   * with none running, their figures are set right.
   */
  private static Row added(Row time, int live, double luck) {
    Row row =
        Row.ratio(
                "list.%d.added.time".formatted(live),
                "list of %,d completed, %,d running: time, against that of none"
                    .formatted(COMPLETED, live),
                "ms",
                FILTER,
                BARE)
            .within(TIME);
    time.rounds()
        .forEach(round -> row.add(Map.of(BARE, round.get(BARE), FILTER, round.get(FILTER) / luck)));
    return row;
  }

  /** As the home page asks for it. */
  private static Row compressed(List<ListSubject> subjects, int rounds)
      throws IOException, InterruptedException {
    Row row =
        Row.ratio(
            "list.%d.gzip.time".formatted(MOST),
            "list of %,d completed, %,d running, compressed: time".formatted(COMPLETED, MOST),
            "ms",
            FILTER,
            BARE);
    for (int round = 0; round < rounds; round++) {
      row.add(
          figures(
              ListSubject.askInTurn(
                  subjects, COMPRESSED_REQUESTS, WHOLE, "Accept-Encoding", "gzip"),
              ListSubject.Asked::millis));
    }
    return row;
  }

  /** What the plugin needs beyond the bare one, in a long list and in one of its own alone. */
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
    ListSubject.askInTurn(subjects, WARM_UP, RUNNING);
    for (int round = 0; round < rounds; round++) {
      row.add(
          Map.of(
              inLong,
              extra(ListSubject.askInTurn(subjects, MEMORY_REQUESTS, WHOLE)),
              alone,
              extra(ListSubject.askInTurn(subjects, SHORT_REQUESTS, RUNNING))));
    }
    return row;
  }

  private static double extra(Map<String, ListSubject.Asked> asked) {
    return asked.get(FILTER).allocated() - asked.get(BARE).allocated();
  }

  private static Map<String, Double> figures(
      Map<String, ListSubject.Asked> asked, ToDoubleFunction<ListSubject.Asked> figure) {
    Map<String, Double> figures = new LinkedHashMap<>();
    asked.forEach((subject, what) -> figures.put(subject, figure.applyAsDouble(what)));
    return figures;
  }
}
