package io.sparklive.bench;

import io.sparklive.testing.DriverProcess;
import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.Nginx;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A driver's UI under load: asked directly, through nginx, and through the filter. */
final class ProxyMeasurement implements Measurement {
  private static final Wrk WARM_UP = new Wrk(32, 4);

  /** A page runs through more code than a file: the JVM takes longer until all is compiled. */
  private static final Wrk LONG_WARM_UP = new Wrk(32, 45);

  private static final List<Wrk> SIDE_LOADS = List.of(new Wrk(1, 1), new Wrk(256, 2));
  private static final Wrk MAIN_LOAD = new Wrk(32, 2);
  private static final int ROUNDS_OF_SIDE_LOADS = 2;

  /** One part of a driver's UI, and what of its throughput must be kept under the main load. */
  private record Part(
      String id, String what, String path, String text, Wrk warmUp, Optional<Budget> budget) {
    Page at(Proxied way) {
      return new Page(URI.create(way.root() + path), text);
    }
  }

  @Override
  public String name() {
    return "proxy";
  }

  @Override
  public List<Row> measure(Ground ground) throws IOException, InterruptedException {
    try (DriverProcess driver = Clickstream.start(ground.version());
        Nginx nginx = Proxied.nginxBefore(driver, driver.address());
        HistoryServerProcess server =
            HistoryServers.withPlugin(
                    ground.version(), ground.directory(), Map.of("drivers", driver.address()))
                .start()) {
      Proxied.awaitLive(server, driver);
      return measure(
          ground,
          parts(driver.applicationId()),
          List.of(
              Proxied.directly(driver, driver.address()),
              Proxied.through(nginx, driver),
              Proxied.through(server, driver)));
    }
  }

  private static List<Part> parts(String applicationId) {
    String rest = "/api/v1/applications/" + applicationId + "/jobs";
    Optional<Budget> files = Optional.of(Budget.atLeast(1.5));
    return List.of(
        new Part(
            "page",
            "jobs page",
            "/jobs/",
            Clickstream.LAST_JOB,
            LONG_WARM_UP,
            Optional.of(Budget.atLeast(0.9))),
        new Part("rest", "REST, jobs", rest, Clickstream.LAST_JOB, WARM_UP, Optional.empty()),
        new Part("small", "small static file", "/static/webui.js", "function", WARM_UP, files),
        new Part(
            "large",
            "large static file",
            "/static/vis-timeline-graph2d.min.js",
            "vis-",
            WARM_UP,
            files));
  }

  private static List<Row> measure(Ground ground, List<Part> parts, List<Proxied> ways)
      throws IOException, InterruptedException {
    ground.tell().accept("warming up");
    warmUp(parts, ways);
    List<Row> rows = new ArrayList<>(measure(ground, ground.rounds(), MAIN_LOAD, parts, ways));
    int rounds = Math.min(ground.rounds(), ROUNDS_OF_SIDE_LOADS);
    for (Wrk load : SIDE_LOADS) {
      rows.addAll(measure(ground, rounds, load, parts, ways));
    }
    return rows;
  }

  private static void warmUp(List<Part> parts, List<Proxied> ways)
      throws IOException, InterruptedException {
    for (Part part : parts) {
      for (Proxied way : ways) {
        // nginx compiles nothing, and the driver behind it is the one that the others ask.
        if (!way.name().equals(Proxied.NGINX)) {
          part.warmUp().load(part.at(way));
        }
      }
    }
  }

  private static List<Row> measure(
      Ground ground, int rounds, Wrk wrk, List<Part> parts, List<Proxied> ways)
      throws IOException, InterruptedException {
    Map<Part, LoadRows> rows = new LinkedHashMap<>();
    parts.forEach(part -> rows.put(part, rows(part, wrk)));
    for (int round = 0; round < rounds; round++) {
      for (Part part : parts) {
        Map<String, Work> works = new TreeMap<>();
        for (Proxied way : Turns.inRound(round, ways)) {
          works.put(way.name(), Work.of(way.processes(), wrk, part.at(way)));
        }
        rows.get(part).add(works);
        ground.tell().accept("round %d, %s".formatted(round + 1, rows.get(part).last()));
      }
    }
    return rows.values().stream().flatMap(each -> each.all().stream()).toList();
  }

  private static LoadRows rows(Part part, Wrk wrk) {
    return new LoadRows(
            "proxy.%s.%d".formatted(part.id(), wrk.connections()),
            "%s, %d connection%s"
                .formatted(part.what(), wrk.connections(), wrk.connections() == 1 ? "" : "s"),
            Proxied.FILTER,
            Proxied.NGINX,
            wrk.equals(MAIN_LOAD) ? part.budget() : Optional.empty())
        .withLatency();
  }
}
