// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs of the benchmark as tables. */
final class Report {
  private static final String NOT_KEPT = "**NOT KEPT**";
  private static final String MEDIAN = "median (least–most)";

  private Report() {}

  /** The rows with a budget, and the result. */
  static Table judged(List<Row> rows) {
    return new Table(
        List.of("measured", "medians", "judged", MEDIAN, "budget", ""),
        rows.stream()
            .filter(row -> row.budget().isPresent())
            .map(
                row ->
                    List.of(
                        row.what(),
                        medians(row),
                        compared(row),
                        judgement(row),
                        row.budget().orElseThrow().toString(),
                        row.isKept() ? "kept" : NOT_KEPT))
            .toList());
  }

  /** The rows without a budget, for information. */
  static Table unjudged(List<Row> rows) {
    return new Table(
        List.of("measured", "medians", "compared", MEDIAN),
        rows.stream()
            .filter(row -> row.budget().isEmpty())
            .map(row -> List.of(row.what(), medians(row), compared(row), judgement(row)))
            .toList());
  }

  /** The rows with a budget, of several runs beside each other, in their order. */
  static Table comparison(List<BenchmarkRun> runs) {
    BenchmarkRun newest = runs.get(runs.size() - 1);
    List<String> head =
        Stream.concat(Stream.of("measured", "budget"), runs.stream().map(BenchmarkRun::time))
            .toList();
    return new Table(
        head,
        newest.rows().stream()
            .filter(row -> row.budget().isPresent())
            .map(
                row ->
                    Stream.concat(
                            Stream.of(row.what(), row.budget().orElseThrow().toString()),
                            runs.stream()
                                .map(run -> find(run, row.id()).map(Report::judgement).orElse("")))
                        .toList())
            .toList());
  }

  /** The rows that exceed their budget, for a message; empty if there are none. */
  static List<String> notKept(List<Row> rows) {
    return rows.stream()
        .filter(row -> !row.isKept())
        .map(
            row ->
                "%s (%s): %s, budget %s"
                    .formatted(row.what(), row.id(), judgement(row), row.budget().orElseThrow()))
        .toList();
  }

  private static Optional<Row> find(BenchmarkRun run, String id) {
    return run.rows().stream().filter(row -> row.id().equals(id)).findFirst();
  }

  private static String medians(Row row) {
    return row.subjects().stream()
        .map(subject -> subject + " " + Statistics.plain(row.median(subject)))
        .collect(Collectors.joining(", ", "", " " + row.unit()));
  }

  private static String compared(Row row) {
    return row.judged() + row.reference().map(other -> " / " + other).orElse("");
  }

  private static String judgement(Row row) {
    List<Double> judgements = row.judgements();
    String median = Statistics.plain(Statistics.median(judgements));
    return judgements.size() == 1
        ? median
        : "%s (%s–%s)"
            .formatted(
                median,
                Statistics.plain(Collections.min(judgements)),
                Statistics.plain(Collections.max(judgements)));
  }
}
