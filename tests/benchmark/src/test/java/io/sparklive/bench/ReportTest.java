// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of figures on a page. */
class ReportTest {
  @TempDir private Path directory;

  @Test
  void judgesMedianOfRatiosNotRatioOfMedians() {
    Row row = Row.ratio("page", "a page", "requests/s", "filter", "nginx");
    row.add(Map.of("filter", 10.0, "nginx", 10.0));
    row.add(Map.of("filter", 50.0, "nginx", 100.0));
    row.add(Map.of("filter", 90.0, "nginx", 100.0));

    assertThat(row.judgements()).containsExactly(1.0, 0.5, 0.9);
    assertThat(row.within(Budget.atLeast(0.9)).budget()).contains(Budget.atLeast(0.9));
    assertThat(Report.unjudged(List.of(row)).lines().get(0)).contains("0.90 (0.50–1)");
    assertThat(row.median("nginx")).isEqualTo(100);
  }

  @Test
  void acceptsFigureAtBudgetLimit() {
    assertThat(kept(Budget.atLeast(0.9), 0.9)).isTrue();
    assertThat(kept(Budget.atLeast(0.9), 0.89)).isFalse();
    assertThat(kept(Budget.atMost(10), 10)).isTrue();
    assertThat(kept(Budget.atMost(10), 10.01)).isFalse();
    assertThat(kept(Budget.atMost(0), 0)).isTrue();
  }

  private static boolean kept(Budget budget, double figure) {
    return figure("any", budget, figure).isKept();
  }

  @Test
  void marksAndNamesMissedBudgets() {
    Row kept = figure("jar", Budget.atMost(10), 8.0);
    Row broken = figure("start", Budget.atMost(100), 131, 150, 90);

    List<List<String>> lines = Report.judged(List.of(kept, broken)).lines();

    assertThat(lines.get(0)).endsWith("≤ 10", "kept");
    assertThat(lines.get(1)).endsWith("≤ 100", "**NOT KEPT**");
    assertThat(Report.notKept(List.of(kept, broken)))
        .singleElement()
        .asString()
        .contains("start", "131 (90–150)", "≤ 100");
    assertThat(Report.notKept(List.of(kept))).isEmpty();
  }

  @Test
  void separatesJudgedRowsFromOthers() {
    Row free = Row.figure("free", "no budget", "ms", "later");
    free.add(Map.of("later", 7.0));
    List<Row> rows = List.of(free, figure("bound", Budget.atMost(10), 8));

    assertThat(Report.judged(rows).lines())
        .containsExactly(List.of("bound", "later 8 ms", "later", "8", "≤ 10", "kept"));
    assertThat(Report.unjudged(rows).lines())
        .containsExactly(List.of("no budget", "later 7 ms", "later", "7"));
  }

  @Test
  void rejectsMissingFigures() {
    Row row = Row.ratio("page", "a page", "requests/s", "filter", "nginx");

    assertThatThrownBy(() -> row.add(Map.of("filter", 1.0))).hasMessageContaining("page");
    assertThatThrownBy(() -> row.add(Map.of("filter", 1.0, "nginx", Double.NaN)))
        .hasMessageContaining("page");
  }

  @Test
  void printsThreeSignificantDigits() {
    assertThat(Stream.of(0.914, 1.0, 13.71, 131.4, 24_310.0).map(Statistics::plain))
        .containsExactly("0.91", "1", "13.7", "131", "24310");
  }

  @Test
  void readsRunAsWritten() {
    Row ratio =
        Row.ratio("page", "a page", "requests/s", "filter", "nginx").within(Budget.atLeast(0.9));
    ratio.add(Map.of("filter", 98.5, "nginx", 100.0));
    BenchmarkRun run =
        new BenchmarkRun(
            "2026-01-31-1805", "2 cores", List.of(ratio, figure("jar", Budget.atMost(10), 8)));

    BenchmarkRun read = BenchmarkRun.read(run.write());

    assertThat(read.write()).isEqualTo(run.write());
    assertThat(Report.judged(read.rows())).isEqualTo(Report.judged(run.rows()));
  }

  @Test
  void keepsNewestRunsAndComparesByRow() throws IOException {
    BenchmarkRuns runs = new BenchmarkRuns(directory.resolve("runs"));
    for (int day : List.of(3, 1, 4, 2)) {
      Row start = figure("start", Budget.atMost(100), 10 * day);
      Row added = figure("added on day 4", Budget.atMost(100), 1);
      runs.add(
          new BenchmarkRun(
              "2026-01-0%d-1200".formatted(day),
              "2 cores",
              day == 4 ? List.of(start, added) : List.of(start)));
    }

    assertThat(runs.all())
        .extracting(BenchmarkRun::time)
        .containsExactly("2026-01-02-1200", "2026-01-03-1200", "2026-01-04-1200");
    assertThat(Report.comparison(runs.all()).lines())
        .containsExactly(
            List.of("start", "≤ 100", "20", "30", "40"),
            List.of("added on day 4", "≤ 100", "", "", "1"));
  }

  @Test
  void replacesOnlyMarkedPartOfPage() throws IOException {
    Path page = directory.resolve("page.md");
    Files.writeString(
        page, "Before\n<!-- table: begin -->\n| old |\n<!-- table: end -->\n\n## After\n");
    MarkedPart part = new MarkedPart(page, "table");

    part.replace("| new |\n");
    part.replace("| newer |\n");

    assertThat(page)
        .hasContent("Before\n<!-- table: begin -->\n| newer |\n<!-- table: end -->\n\n## After\n");
    assertThatThrownBy(() -> new MarkedPart(page, "other").replace(""))
        .hasMessageContaining("<!-- other: begin -->");
  }

  @Test
  void printsTablesAsMarkdownAndText() {
    Table table = new Table(List.of("what", ""), List.of(List.of("a page", "kept")));

    assertThat(table.markdown()).isEqualTo("| what |  |\n| --- | --- |\n| a page | kept |\n");
    assertThat(table.text()).isEqualTo("what\na page  kept\n");
  }

  @Test
  void printsJmhResultsAsTable() {
    Table table =
        MicroBenchmarks.table(
            """
            [{"benchmark": "io.sparklive.routing.RoutesBenchmark.liveUi",
              "params": {"length": "8"},
              "primaryMetric": {"score": 12.34, "scoreError": 0.5, "scoreUnit": "ns/op"},
              "secondaryMetrics":
                {"gc.alloc.rate.norm": {"score": 96.0, "scoreError": 0.1, "scoreUnit": "B/op"}}}]
            """);

    assertThat(table.lines())
        .containsExactly(
            List.of("`RoutesBenchmark.liveUi`, length 8", "12.3 ± 0.50 ns/op", "96 B/op"));
  }

  @Test
  void rotatesOrderOfSubjects() {
    List<String> subjects = List.of("driver", "nginx", "filter");

    assertThat(
            IntStream.range(0, 4)
                .mapToObj(round -> SubjectRotation.inRound(round, subjects).get(0)))
        .containsExactly("driver", "nginx", "filter", "driver");
  }

  private static Row figure(String id, Budget budget, double... figures) {
    Row row = Row.figure(id, id, "ms", "later").within(budget);
    for (double figure : figures) {
      row.add(Map.of("later", figure));
    }
    return row;
  }
}
