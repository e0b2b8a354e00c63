// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A driver's UI under load: by direct requests, through nginx, and through the filter. */
final class ProxyMeasurement implements Measurement {
  private static final Wrk WARM_UP = new Wrk(32, 5);

  /** A JVM is warm if its compilers work for less than this part of the time, … */
  private static final double COMPILING = 0.05;

  /** … and not before this: it compiles a method again, and better, after thousands of calls. */
  private static final int LEAST_REQUESTS_OF_WARM_UP = 40_000;

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(150);

  private static final List<Wrk> SIDE_LOADS = List.of(new Wrk(1, 1), new Wrk(256, 1));
  private static final Wrk MAIN_LOAD = new Wrk(32, 1);
  private static final int ROUNDS_OF_SIDE_LOADS = 2;

  /**
   * One part of a driver's UI.
   *
   * @param times the number of turns in a round: more if the budget is tight
   * @param throughput the part of the throughput that must remain
   * @param isJudgedUnderAllLoads whether the budget of the throughput applies to all numbers of
   *     connections, else to the main load alone
   * @param cpu the limit of the CPU time, under the main load
   */
  private record Part(
      String id,
      String what,
      String path,
      String text,
      int times,
      Optional<Budget> throughput,
      boolean isJudgedUnderAllLoads,
      Optional<Budget> cpu) {
    PageRequest at(DriverRoute way) {
      return new PageRequest(URI.create(way.root() + path), text);
    }
  }

  @Override
  public String name() {
    return "proxy";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) throws IOException, InterruptedException {
    try (DriverProcess driver = Clickstream.start(context.version());
        Nginx nginx = DriverRoute.nginxBefore(driver, driver.address());
        HistoryServerProcess server =
            HistoryServers.withPlugin(
                    context.version(), context.directory(), Map.of("drivers", driver.address()))
                .start()) {
      DriverRoute.awaitLive(server, driver);
      return measure(
          context,
          parts(driver.applicationId()),
          List.of(
              DriverRoute.directly(driver, driver.address()),
              DriverRoute.through(nginx, driver),
              DriverRoute.through(server, driver)));
    }
  }

  private static List<Part> parts(String applicationId) {
    String rest = "/api/v1/applications/" + applicationId + "/jobs";
    // The REST API is first: the JVM compiles most of the proxy during its many requests.
    return List.of(
        new Part(
            "rest",
            "REST, jobs",
            rest,
            Clickstream.LAST_JOB,
            3,
            Optional.of(Budget.atLeast(0.75)),
            false,
            Optional.of(Budget.atMost(1.5))),
        new Part(
            "page",
            "jobs page",
            "/jobs/",
            Clickstream.LAST_JOB,
            5,
            Optional.of(Budget.atLeast(0.95)),
            true,
            Optional.of(Budget.atMost(1.1))),
        file("small", "small static file", "/static/webui.js", "function"),
        file("large", "large static file", "/static/vis-timeline-graph2d.min.js", "vis-"));
  }

  private static Part file(String id, String what, String path, String text) {
    Optional<Budget> budget = Optional.of(Budget.atLeast(1.5));
    return new Part(id, what, path, text, 1, budget, false, Optional.empty());
  }

  private static List<Row> measure(
      BenchmarkContext context, List<Part> parts, List<DriverRoute> ways)
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    // Code that is compiled for one part is slow for the next one at first: each has its own
    // warm-up.
    for (Part part : parts) {
      context.log().accept("warming up " + part.what());
      warmUp(part, ways);
      rows.addAll(measure(context, part.times() * context.rounds(), MAIN_LOAD, part, ways));
    }
    for (Wrk load : SIDE_LOADS) {
      for (Part part : parts) {
        int rounds =
            part.isJudgedUnderAllLoads()
                ? part.times() * context.rounds()
                : Math.min(context.rounds(), ROUNDS_OF_SIDE_LOADS);
        rows.addAll(measure(context, rounds, load, part, ways));
      }
    }
    return rows;
  }

  /** nginx compiles nothing, and the filter's warm-up is also the driver's. */
  private static void warmUp(Part part, List<DriverRoute> ways)
      throws IOException, InterruptedException {
    for (DriverRoute way : ways) {
      switch (way.name()) {
        case DriverRoute.DRIVER -> WARM_UP.load(part.at(way));
        case DriverRoute.FILTER -> warmUpUntilCompiled(part.at(way), way);
        default -> {
          // nginx needs none.
        }
      }
    }
  }

  private static void warmUpUntilCompiled(PageRequest page, DriverRoute way)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LONGEST_WARM_UP.toNanos();
    double compiling = 1;
    long requests = 0;
    // The last process of a route is the proxy.
    try (RunningJvm server = RunningJvm.of(way.processes().get(way.processes().size() - 1))) {
      while ((compiling > COMPILING || requests < LEAST_REQUESTS_OF_WARM_UP)
          && System.nanoTime() < end) {
        Duration before = server.compilationTime();
        long began = System.nanoTime();
        requests += WARM_UP.load(page).requests();
        compiling =
            (double) server.compilationTime().minus(before).toNanos() / (System.nanoTime() - began);
      }
    }
  }

  private static List<Row> measure(
      BenchmarkContext context, int rounds, Wrk wrk, Part part, List<DriverRoute> ways)
      throws IOException, InterruptedException {
    LoadRows rows = rows(part, wrk);
    for (int round = 0; round < rounds; round++) {
      Map<String, LoadCost> works = new TreeMap<>();
      for (DriverRoute way : SubjectRotation.inRound(round, ways)) {
        works.put(way.name(), LoadCost.of(way.processes(), wrk, part.at(way)));
      }
      rows.add(works);
      context.log().accept("round %d, %s".formatted(round + 1, rows.last()));
    }
    return rows.all();
  }

  private static LoadRows rows(Part part, Wrk wrk) {
    boolean isMain = wrk.equals(MAIN_LOAD);
    return new LoadRows(
            "proxy.%s.%d".formatted(part.id(), wrk.connections()),
            "%s, %d connection%s"
                .formatted(part.what(), wrk.connections(), wrk.connections() == 1 ? "" : "s"),
            DriverRoute.FILTER,
            DriverRoute.NGINX,
            part.throughput().filter(budget -> isMain || part.isJudgedUnderAllLoads()),
            part.cpu().filter(budget -> isMain))
        .withLatency();
  }
}
