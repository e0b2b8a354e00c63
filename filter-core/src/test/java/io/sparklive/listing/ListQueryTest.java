// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ListQueryTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final Instant STARTED = Instant.parse("2026-11-01T12:00:00Z");
  private static final LiveApplication RUN =
      SampleApplications.live("run", SampleApplications.info("run", STARTED));
  private static final LiveApplication DONE = ended("done", STARTED.plusSeconds(3600));

  private static LiveApplication ended(String id, Instant at) {
    LiveApplication ended = SampleApplications.ended(id, at);
    return new LiveApplication(
        ended.id(),
        ended.state(),
        SampleApplications.info(id, STARTED),
        ended.address(),
        ended.namespace(),
        ended.source(),
        Optional.of(at));
  }

  static Stream<Arguments> recordedResponses() throws IOException {
    try (InputStream file = ListQueryTest.class.getResourceAsStream("list-queries.tsv")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split("\t", -1))
              .map(cells -> Arguments.of(cells[0], cells[1]))
              .toList()
              .stream();
    }
  }

  @ParameterizedTest(name = "?{0} gives {1}")
  @MethodSource("recordedResponses")
  void coversSameApplicationsAsHistoryServer(String query, String expected) {
    assertLists(query, expected);
  }

  @ParameterizedTest(name = "?{0} gives {1}")
  @CsvSource({"Status=x, 'done,run'", "STATUS=running, 'done,run'", "Limit=0, 'done,run'"})
  void comparesNamesExactly(String query, String expected) {
    assertLists(query, expected);
  }

  private static void assertLists(String query, String expected) {
    String actual =
        ListQuery.parse(query)
            .map(
                read ->
                    Stream.of(DONE, RUN)
                        .filter(application -> read.covers(application, NOW))
                        .limit(read.limit())
                        .map(application -> application.id().value())
                        .collect(joining(",")))
            .map(ids -> ids.isEmpty() ? "nothing" : ids)
            .orElse("an error");

    assertThat(actual).isEqualTo(expected.matches("4\\d\\d") ? "an error" : expected);
  }

  @Test
  void coversAllWithoutQuery() {
    ListQuery query = ListQuery.parse(null).orElseThrow();

    assertThat(query.limit()).isEqualTo(ListQuery.UNLIMITED);
    assertThat(query.covers(RUN, NOW)).isTrue();
    assertThat(query.covers(DONE, NOW)).isTrue();
    assertThat(query.covers(SampleApplications.starting("app-1"), NOW)).isTrue();
  }

  @Test
  void coversStartingApplicationAsRunning() {
    LiveApplication starting = SampleApplications.starting("app-1");

    assertThat(ListQuery.parse("status=running").orElseThrow().covers(starting, NOW)).isTrue();
    assertThat(ListQuery.parse("status=completed").orElseThrow().covers(starting, NOW)).isFalse();
  }

  @Test
  void parsesQueryOfHomePage() {
    ListQuery query = ListQuery.parse("limit=2147483647&status=running").orElseThrow();

    assertThat(query.limit()).isEqualTo(ListQuery.UNLIMITED);
    assertThat(query.covers(RUN, NOW)).isTrue();
    assertThat(query.covers(DONE, NOW)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T09:30:00.000GMT, false",
    "2026-11-21T09:29:59.999GMT, false",
    "2026-11-21T09:30:00.001GMT, true"
  })
  void treatsEndOfRunningApplicationAsFuture(String maxEndDate, boolean covered) {
    assertThat(ListQuery.parse("maxEndDate=" + maxEndDate).orElseThrow().covers(RUN, NOW))
        .isEqualTo(covered);
  }

  @ParameterizedTest
  @CsvSource({"minDate=3001-01-01, false", "minDate=2009-12-31, true", "'', true"})
  void comparesDatesWithStart(String query, boolean covered) {
    assertThat(ListQuery.parse(query).orElseThrow().covers(RUN, NOW)).isEqualTo(covered);
  }

  @Test
  void usesSparkDefaultDates() {
    ListQuery query = ListQuery.parse(null).orElseThrow();
    for (String early : new String[] {"1970-01-01T00:00:00Z", "2009-12-31T23:59:59.999Z"}) {
      assertThat(query.covers(startedAt(early), NOW)).isFalse();
    }
    assertThat(query.covers(startedAt("2010-01-01T00:00:00Z"), NOW)).isTrue();
    assertThat(query.covers(startedAt("3000-01-01T00:00:00Z"), NOW)).isTrue();
    assertThat(query.covers(startedAt("3000-01-01T00:00:00.001Z"), NOW)).isFalse();
  }

  private static LiveApplication startedAt(String time) {
    return SampleApplications.live("app-1", SampleApplications.info("app-1", Instant.parse(time)));
  }

  @Test
  void parsesQueriesConcurrently() {
    // The formats that Spark reads dates with are not thread-safe.
    assertThat(
            java.util.stream.IntStream.range(0, 2_000)
                .parallel()
                .filter(
                    i ->
                        ListQuery.parse("minDate=2026-11-01T12:00:00.00" + i % 2 + "GMT")
                                .orElseThrow()
                                .covers(RUN, NOW)
                            != (i % 2 == 0)))
        .isEmpty();
  }
}
