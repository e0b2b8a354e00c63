// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.Progress.Queries;
import io.sparklive.application.Progress.StreamingQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamingQueriesTest {
  private static final Instant START = Instant.parse("2026-01-05T03:04:09Z");

  private List<StreamingQuery> queries = List.of();

  @Test
  void keepsOrderOfFirstReports() {
    report(0, batch("2", "orders", 5));
    report(2, batch("1", "clicks", 7));
    report(4, batch("2", "orders", 6));

    assertThat(queries).extracting(StreamingQuery::name).containsExactly("orders", "clicks");
    assertThat(queries).extracting(StreamingQuery::batch).containsExactly(6L, 7L);
  }

  @Test
  void ordersQueriesOfOneReportByNameThenId() {
    report(
        0, batch("3", "orders", 1), batch("2", "", 1), batch("4", "clicks", 1), batch("1", "", 1));

    assertThat(queries).extracting(StreamingQuery::id).containsExactly("1", "2", "4", "3");
  }

  @Test
  void takesNewestOfSeveralBatches() {
    report(0, batch("1", "orders", 5), batch("1", "orders", 6), batch("1", "orders", 4));

    assertThat(queries).extracting(StreamingQuery::batch).containsExactly(6L);
  }

  @Test
  void measuresEachQueryWhileTheyTakeTurns() {
    for (int second = 0; second <= 40; second += 2) {
      report(second, batch("1", "", second), batch("2", "", second / 2));
    }

    assertThat(queries).extracting(StreamingQuery::batchMillis).containsExactly(1_000L, 2_000L);
  }

  @Test
  void replacesQueryThatRestartsUnderSameName() {
    report(0, batch("1", "orders", 90), batch("2", "other", 1));
    report(2, batch("3", "orders", 0));

    assertThat(queries)
        .containsExactly(
            StreamingQuery.first("3", "orders", 0, START.plusSeconds(2)),
            StreamingQuery.first("2", "other", 1, START));
  }

  @Test
  void dropsQueryWithoutBatchesForTenMinutes() {
    report(0, batch("1", "orders", 5));
    report(1, batch("2", "clicks", 5));
    report(600, batch("2", "clicks", 6));

    assertThat(queries).extracting(StreamingQuery::name).containsExactly("clicks");
  }

  @Test
  void boundsNumberOfQueries() {
    report(
        0,
        IntStream.range(0, 20)
            .mapToObj(i -> batch(Integer.toString(i), "", 1))
            .toArray(StreamDescription[]::new));

    assertThat(queries).hasSize(8);
  }

  @Test
  void showsFirstQueryUntilItPauses() {
    report(0, batch("1", "orders", 5));
    report(120, batch("2", "clicks", 7));
    assertThat(shown()).contains("orders");

    report(121, batch("2", "clicks", 8));
    assertThat(shown()).contains("clicks");

    report(130, batch("1", "orders", 6));
    assertThat(shown()).contains("orders");
  }

  private Optional<String> shown() {
    return new Queries(Optional.empty(), queries, 0).stream().map(StreamingQuery::name);
  }

  private void report(int second, StreamDescription... batches) {
    Instant asOf = START.plus(Duration.ofSeconds(second));
    queries = StreamingQueries.after(queries, List.of(batches), asOf);
  }

  private static StreamDescription batch(String id, String name, long number) {
    return new StreamDescription(id, name, number);
  }
}
