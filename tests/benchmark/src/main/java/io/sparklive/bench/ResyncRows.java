// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.HistoryServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The effect on requests while every pod of a large cluster is listed again. */
final class ResyncRows {
  private static final String VERSION = "/api/v1/version";
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(250);

  private static final Budget LONGER_PAUSE = Budget.atMost(100);

  private static final String FILTER = "filter";
  private static final String RESYNC = "resync";
  private static final String USUAL = "usual";

  private ResyncRows() {}

  /** The response times while every pod is listed again, and for the same time without that. */
  static List<Row> measure(
      BenchmarkContext context, SparkNamespace namespace, HistoryServerProcess server) {
    context.log().accept("has every pod listed again");
    String what = "all pods listed again: ";
    Row duration = Row.figure("pods.resync.time", what + "time", "s", FILTER);
    Row worst = Row.ratio("pods.resync.p99", what + "a page of Spark's, p99", "ms", RESYNC, USUAL);
    Row health = Row.ratio("pods.resync.health", what + "health, p50", "ms", RESYNC, USUAL);
    Row pause =
        Row.figure(
                "pods.resync.pause",
                what + "a page of Spark's, longest beyond the usual",
                "ms",
                RESYNC)
            .within(LONGER_PAUSE);
    for (int round = -1; round < context.rounds(); round++) {
      Pulses during = Pulses.of(server);
      double seconds = namespace.listAgain();
      ResponseTimes resync = during.end();
      Pulses without = Pulses.of(server);
      LockSupport.parkNanos((long) (seconds * 1e9));
      ResponseTimes usual = without.end();
      if (round >= 0) {
        duration.add(Map.of(FILTER, seconds));
        worst.add(Map.of(RESYNC, resync.page(99), USUAL, usual.page(99)));
        health.add(Map.of(RESYNC, resync.health(50), USUAL, usual.health(50)));
        pause.add(Map.of(RESYNC, Math.max(0, resync.page(100) - usual.page(100))));
      }
    }
    return List.of(duration, worst, health, pause);
  }

  /** Requests a page of Spark's all the time, and the filter's health now and then. */
  private record Pulses(OpenLoopProbe page, OpenLoopProbe health) {
    static Pulses of(HistoryServerProcess server) {
      return new Pulses(
          OpenLoopProbe.of(server.uri(), VERSION, OFTEN),
          OpenLoopProbe.of(server.uri(), PodsMeasurement.HEALTH, NOW_AND_THEN));
    }

    ResponseTimes end() {
      return new ResponseTimes(page.end(), health.end());
    }
  }

  /** The response times, in milliseconds. */
  private record ResponseTimes(List<Double> pages, List<Double> healths) {
    double page(int hundredths) {
      return Statistics.percentile(pages, hundredths);
    }

    double health(int hundredths) {
      return Statistics.percentile(healths, hundredths);
    }
  }
}
