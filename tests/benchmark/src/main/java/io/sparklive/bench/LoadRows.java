// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The rows of one page under one number of connections. */
final class LoadRows {
  private final String id;
  private final String what;
  private final String judged;
  private final String reference;
  private final Map<Row, ToDoubleFunction<LoadCost>> figures = new LinkedHashMap<>();

  /** Rows of the throughput and its CPU time. */
  LoadRows(
      String id,
      String what,
      String judged,
      String reference,
      Optional<Budget> throughput,
      Optional<Budget> cpu) {
    this.id = id;
    this.what = what;
    this.judged = judged;
    this.reference = reference;
    Row perSecond = row(".throughput", "", "requests/s");
    figures.put(
        throughput.map(perSecond::within).orElse(perSecond), work -> work.load().perSecond());
    Row perRequest = row(".cpu", ": CPU", "µs/request");
    figures.put(cpu.map(perRequest::within).orElse(perRequest), LoadCost::perRequest);
  }

  /** The same, and the response times. */
  LoadRows withLatency() {
    figures.put(row(".p50", ": median latency", "ms"), work -> work.load().p50() / 1000);
    figures.put(row(".p99", ": 99 % latency", "ms"), work -> work.load().p99() / 1000);
    figures.put(row(".p999", ": 99.9 % latency", "ms"), work -> work.load().p999() / 1000);
    return this;
  }

  private Row row(String figure, String named, String unit) {
    return Row.ratio(id + figure, what + named, unit, judged, reference);
  }

  /** Adds a round, by the names of the subjects. */
  void add(Map<String, LoadCost> round) {
    figures.forEach(
        (row, figure) -> {
          Map<String, Double> figureOfEach = new LinkedHashMap<>();
          round.forEach((name, work) -> figureOfEach.put(name, figure.applyAsDouble(work)));
          row.add(figureOfEach);
        });
  }

  /** The figures of the last round, for the progress log. */
  String last() {
    Row throughput = figures.keySet().iterator().next();
    Map<String, Double> round = throughput.rounds().get(throughput.rounds().size() - 1);
    return round.entrySet().stream()
        .map(each -> each.getKey() + " " + Statistics.plain(each.getValue()))
        .collect(Collectors.joining(", ", throughput.what() + ": ", " " + throughput.unit()));
  }

  List<Row> all() {
    return List.copyOf(figures.keySet());
  }
}
