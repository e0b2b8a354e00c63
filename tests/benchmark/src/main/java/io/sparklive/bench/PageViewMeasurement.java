// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.bench.ViewRows.Views;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Installation;
import io.sparklive.testkit.relay.RecordingRelay;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A browser that opens a driver's page of jobs for the first time and again, and the requests of it
 * that reach the driver.
 */
final class PageViewMeasurement implements Measurement {
  private static final int MOST_ROUNDS_WHILE_BUSY = 3;
  private static final Duration LONGER_THAN_THIS = Duration.ofHours(1);

  @Override
  public String name() {
    return "view";
  }

  @Override
  public List<Row> measure(BenchmarkContext context) {
    Installation installation =
        Installation.find()
            .orElseThrow(() -> new IllegalStateException(Installation.HOW_TO_INSTALL));
    try (DriverProcess driver = Clickstream.start(context.version());
        RecordingRelay relay = RecordingRelay.to(driver.port());
        Nginx nginx = DriverRoute.nginxBefore(driver, relay.address());
        HistoryServerProcess server =
            HistoryServers.withPlugin(
                    context.version(), context.directory(), Map.of("drivers", relay.address()))
                .start();
        Chromium browser = Chromium.start(installation)) {
      DriverRoute.awaitLive(server, driver);
      List<DriverRoute> ways =
          List.of(
              DriverRoute.directly(driver, relay.address()),
              DriverRoute.through(nginx, driver),
              DriverRoute.through(server, driver));
      context.log().accept("warming up");
      round(0, ways, browser, relay);

      ViewRows quiet = new ViewRows("view.quiet", "jobs page in a browser");
      for (int round = 0; round < context.rounds(); round++) {
        context.log().accept("round " + (round + 1));
        quiet.add(round(round, ways, browser, relay));
      }
      ViewRows busy = new ViewRows("view.busy", "jobs page in a browser, driver busy");
      driver.startBurning("Sessions of all batches", LONGER_THAN_THIS);
      for (int round = 0; round < Math.min(context.rounds(), MOST_ROUNDS_WHILE_BUSY); round++) {
        context.log().accept("driver busy, round " + (round + 1));
        busy.add(round(round, ways, browser, relay));
      }
      return Stream.of(quiet.times(), quiet.requests(), busy.times())
          .flatMap(List::stream)
          .toList();
    }
  }

  private static Map<String, Views> round(
      int round, List<DriverRoute> ways, Chromium browser, RecordingRelay relay) {
    Map<String, Views> all = new TreeMap<>();
    for (DriverRoute way : SubjectRotation.inRound(round, ways)) {
      PageRequest page = new PageRequest(URI.create(way.root() + "/jobs/"), Clickstream.LAST_JOB);
      browser.clearCache();
      PageView first = PageView.of(page, browser, relay);
      PageView second = PageView.of(page, browser, relay);
      all.put(way.name(), new Views(first, second, PageView.of(page, browser, relay)));
    }
    return all;
  }
}
