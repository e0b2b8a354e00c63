// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The History Server's own pages under load. The three subjects: with the plugin, which has a live
 * application to show; without it in the same JVM, by a header; bare.
 */
final class OwnPagesMeasurement implements Measurement {
  private static final int APPLICATIONS = 20;
  private static final Wrk WARM_UP = new Wrk(32, 3);

  private static final Wrk LOAD = new Wrk(32, 1);

  /** Many short turns: the load of other processes varies. */
  private static final int TIMES = 3;

  private static final String BARE = "bare";
  private static final String PASSED_BY = "passed by";
  private static final String PLUGIN = "plugin";

  /** A page of the History Server. */
  private record Own(String path, String text, LoadRows rows) {}

  /** The History Servers whose pages are requested. */
  private record Subject(String name, HistoryServerProcess server) {
    LoadCost serve(Own own) throws IOException, InterruptedException {
      return LoadCost.of(List.of(server.pid()), LOAD, page(own));
    }

    void warmUp(Own own) throws IOException, InterruptedException {
      // The first request for a history loads it, and is redirected to the same address.
      await().until(() -> server.get(own.path()).statusCode() == 200);
      WARM_UP.load(page(own));
    }

    private PageRequest page(Own own) {
      PageRequest page = new PageRequest(URI.create(server.uri() + own.path()), own.text());
      return name.equals(PASSED_BY) ? page.with(OptionalPlugin.WITHOUT, "true") : page;
    }
  }

  @Override
  public String name() {
    return "own";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws IOException, InterruptedException {
    String completed = writeLogs(new EventLogs(context.directory()), context);
    try (DriverProcess driver = Clickstream.start(context.version());
        HistoryServerProcess bare =
            HistoryServers.soonWarm(HistoryServers.bare(context.version(), context.directory()))
                .start();
        HistoryServerProcess plugin =
            HistoryServers.soonWarm(
                    HistoryServers.withOptionalPlugin(
                        context.version(),
                        context.directory(),
                        Map.of("drivers", driver.address())))
                .start()) {
      DriverRoute.awaitLive(plugin, driver);
      List<Subject> subjects =
          List.of(
              new Subject(BARE, bare), new Subject(PASSED_BY, plugin), new Subject(PLUGIN, plugin));
      List<Own> pages = pages(completed);
      context.log().accept("warming up");
      for (Own page : pages) {
        for (Subject subject : subjects) {
          subject.warmUp(page);
        }
      }
      for (int round = 0; round < TIMES * context.rounds(); round++) {
        context.log().accept("round " + (round + 1));
        for (Own page : pages) {
          page.rows().add(measure(round, page, subjects));
        }
      }
      return pages.stream().flatMap(page -> page.rows().all().stream()).toList();
    }
  }

  private static Map<String, LoadCost> measure(int round, Own page, List<Subject> subjects)
      throws IOException, InterruptedException {
    Map<String, LoadCost> works = new TreeMap<>();
    for (Subject subject : SubjectRotation.inRound(round, subjects)) {
      works.put(subject.name(), subject.serve(page));
    }
    return works;
  }

  /** Returns the id of the application with jobs. */
  private static String writeLogs(EventLogs logs, BenchmarkContext context) {
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    for (int application = 0; application < APPLICATIONS; application++) {
      logs.write(
          LoggedApplication.startedAt(start.plusSeconds(application), "app-" + application)
              .endedAt(start.plusSeconds(3600 + application)));
    }
    return logs.copyOfReal(context.version());
  }

  private static List<Own> pages(String completed) {
    Budget budget = Budget.atLeast(0.95);
    Budget shown = Budget.atLeast(0.98);
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
        own("own.home", "home page", "/", "historypage", shown),
        own("own.list", "list of a few applications", "/api/v1/applications", completed, shown));
  }

  private static Own own(String id, String what, String path, String text, Budget budget) {
    LoadRows rows =
        new LoadRows(
            id,
            what + ", 32 connections",
            PLUGIN,
            PASSED_BY,
            Optional.of(budget),
            Optional.empty());
    return new Own(path, text, rows);
  }
}
