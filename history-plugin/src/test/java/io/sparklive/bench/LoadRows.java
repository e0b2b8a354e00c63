package io.sparklive.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The rows of one page under one number of connections, the filter in relation to nginx. */
final class LoadRows {
  private final Map<Row, ToDoubleFunction<Taken>> figures = new LinkedHashMap<>();

  /**
   * What one subject has done in one round.
   *
   * @param load as wrk has seen it
   * @param workMicros for how many microseconds processors worked meanwhile
   */
  record Taken(Load load, double workMicros) {
    double workPerRequest() {
      return workMicros / load.requests();
    }
  }

  LoadRows(String id, String what, Optional<Budget> throughput) {
    Row perSecond = row(id + ".throughput", what, "requests/s");
    figures.put(
        throughput.map(perSecond::within).orElse(perSecond), taken -> taken.load().perSecond());
    figures.put(
        row(id + ".cpu", what + ": CPU, driver's and proxy's", "µs/request"),
        Taken::workPerRequest);
    figures.put(
        row(id + ".p50", what + ": median latency", "ms"), taken -> taken.load().p50() / 1000);
    figures.put(
        row(id + ".p99", what + ": 99 % latency", "ms"), taken -> taken.load().p99() / 1000);
    figures.put(
        row(id + ".p999", what + ": 99.9 % latency", "ms"), taken -> taken.load().p999() / 1000);
  }

  private static Row row(String id, String what, String unit) {
    return Row.ratio(id, what, unit, Proxied.FILTER, Proxied.NGINX);
  }

  /** Adds a round, by the names of the subjects. */
  void add(Map<String, Taken> round) {
    figures.forEach(
        (row, figure) -> {
          Map<String, Double> figureOfEach = new LinkedHashMap<>();
          round.forEach((name, taken) -> figureOfEach.put(name, figure.applyAsDouble(taken)));
          row.add(figureOfEach);
        });
  }

  List<Row> all() {
    return List.copyOf(figures.keySet());
  }
}
