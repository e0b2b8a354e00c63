package io.sparklive.bench;

import static org.awaitility.Awaitility.await;

import io.sparklive.testing.DriverProcess;
import io.sparklive.testing.EventLogs;
import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.LoggedApplication;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The History Server's own pages under load, with the plugin, which has a live application to show,
 * and bare.
 */
final class OwnPagesMeasurement implements Measurement {
  private static final int APPLICATIONS = 20;
  private static final Wrk WARM_UP = new Wrk(32, 5);

  private static final Wrk LOAD = new Wrk(32, 1);

  /** Short ones and many: what else the machine does comes and goes. */
  private static final int TIMES = 3;

  private static final int ROUNDS_WITHOUT_BUDGET = 2;
  private static final String BARE = "bare";
  private static final String PLUGIN = "plugin";

  /** A page of the History Server, at the same path in both. */
  private record Own(String path, String text, boolean judged, LoadRows rows) {
    boolean hasRound(int round) {
      return judged || round < ROUNDS_WITHOUT_BUDGET;
    }

    Page at(HistoryServerProcess server) {
      return new Page(URI.create(server.uri() + path), text);
    }
  }

  @Override
  public String name() {
    return "own";
  }

  @Override
  public List<Row> measure(Ground ground) throws IOException, InterruptedException {
    String completed = writeLogs(new EventLogs(ground.directory()), ground);
    try (DriverProcess driver = Clickstream.start(ground.version());
        HistoryServerProcess bare =
            HistoryServers.withoutGuesses(HistoryServers.bare(ground.version(), ground.directory()))
                .start();
        HistoryServerProcess plugin =
            HistoryServers.withoutGuesses(
                    HistoryServers.withPlugin(
                        ground.version(), ground.directory(), Map.of("drivers", driver.address())))
                .start()) {
      Proxied.awaitLive(plugin, driver);
      Map<String, HistoryServerProcess> servers = Map.of(BARE, bare, PLUGIN, plugin);
      List<Own> pages = pages(completed);
      ground.tell().accept("warming up");
      for (Own page : pages) {
        for (HistoryServerProcess server : List.of(bare, plugin)) {
          // The first look at a history loads it, and is sent to the same address again.
          await().until(() -> server.get(page.path()).statusCode() == 200);
          WARM_UP.load(page.at(server));
        }
      }
      for (int round = 0; round < TIMES * ground.rounds(); round++) {
        ground.tell().accept("round " + (round + 1));
        for (Own page : pages) {
          if (page.hasRound(round)) {
            page.rows().add(measure(round, page, servers));
          }
        }
      }
      return pages.stream().flatMap(page -> page.rows().all().stream()).toList();
    }
  }

  private static Map<String, Work> measure(
      int round, Own page, Map<String, HistoryServerProcess> servers)
      throws IOException, InterruptedException {
    Map<String, Work> works = new TreeMap<>();
    for (String name : Turns.inRound(round, List.of(BARE, PLUGIN))) {
      HistoryServerProcess server = servers.get(name);
      works.put(name, Work.of(List.of(server.pid()), LOAD, page.at(server)));
    }
    return works;
  }

  /** Returns the id of the one that has jobs to show. */
  private static String writeLogs(EventLogs logs, Ground ground) {
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    for (int application = 0; application < APPLICATIONS; application++) {
      logs.write(
          LoggedApplication.startedAt(start.plusSeconds(application), "app-" + application)
              .endedAt(start.plusSeconds(3600 + application)));
    }
    return logs.copyOfReal(ground.version());
  }

  private static List<Own> pages(String completed) {
    Optional<Budget> budget = Optional.of(Budget.atLeast(0.95));
    return List.of(
        own(
            "own.history",
            "page of a history",
            "/history/" + completed + "/jobs/",
            "Squares of",
            budget),
        own(
            "own.static",
            "static file of the History Server",
            "/static/webui.js",
            "function",
            budget),
        own("own.home", "home page", "/", "historypage", Optional.empty()),
        own(
            "own.list",
            "list of a few applications",
            "/api/v1/applications",
            completed,
            Optional.empty()));
  }

  private static Own own(
      String id, String what, String path, String text, Optional<Budget> budget) {
    LoadRows rows = new LoadRows(id, what + ", 32 connections", PLUGIN, BARE, budget);
    return new Own(path, text, budget.isPresent(), rows);
  }
}
