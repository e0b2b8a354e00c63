// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.it.shared.SharedHistories;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list against a reference that follows Spark's rules, entry by entry. */
@Tag("smoke-spark4")
@Tag("war")
@ExtendWith(SharedHistories.class)
class ListQueriesIT {
  private static final int QUERIES = 500;
  private static final Instant BASE = Instant.parse("2026-03-01T00:00:00Z");
  private static final Comparator<Entry> ENDED_LAST_FIRST =
      Comparator.comparing((Entry entry) -> entry.end().orElseThrow()).reversed();
  private static final Comparator<Entry> LATER_ID_FIRST =
      Comparator.comparing(Entry::id).reversed();

  @TempDir private Path directory;

  // The oldest and the newest version: the servlet API differs, the rules of the list do not.
  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void matchSparkForRandomQueries(SparkVersion version, SharedHistories.Registry shared) {
    List<Entry> known = writeEventLogs();
    int port = FreePorts.next();
    String addresses = shared.drivers().addresses() + ",127.0.0.1:" + port;
    var starting =
        new BackgroundStart<>(() -> Plugin.historyServer(version, directory, addresses).start());
    try (DriverProcess ending =
            DriverProcess.builder(version, "Ends at once").uiPort(port).start();
        HistoryServerProcess server = starting.get()) {
      List<String> running =
          shared.drivers().all().stream().map(DriverProcess::applicationId).toList();
      int all = known.size() + running.size() + 1;
      await().untilAsserted(() -> assertThat(ids(server, "")).hasSize(all));
      ending.kill();
      await()
          .untilAsserted(
              () -> assertThat(ids(server, "?status=completed")).contains(ending.applicationId()));
      List<Entry> inOrder =
          inOrder(known, live(server, running), ended(server, ending.applicationId()));
      assertThat(ids(server, "")).isEqualTo(inOrder.stream().map(Entry::id).toList());

      Random random = new Random(20261121);
      for (int i = 0; i < QUERIES; i++) {
        Query query = Query.random(random, inOrder);
        assertThat(ids(server, query.text())).as(query.text()).isEqualTo(query.applyTo(inOrder));
      }
    }
  }

  private List<Entry> writeEventLogs() {
    EventLogs logs = new EventLogs(directory);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Instant start = BASE.plus(Duration.ofHours(7L * i)).plusMillis(i);
      // Spark does not define the order of two that end at the same time, so none do.
      Instant end = start.plus(Duration.ofMinutes(31L * ((i * 17) % 40) + 1));
      String id = "app-20260301-%04d".formatted(i);
      logs.write(LoggedApplication.startedAt(start, id).endedAt(end));
      entries.add(new Entry(id, start, Optional.of(end)));
    }
    for (int i = 0; i < 10; i++) {
      Instant start = BASE.plus(Duration.ofDays(3L * i));
      String id = "zombie-%02d".formatted(i);
      logs.write(LoggedApplication.startedAt(start, id));
      entries.add(new Entry(id, start, Optional.empty()));
    }
    return entries;
  }

  private static List<Entry> live(HistoryServerProcess server, List<String> ids) {
    return Plugin.list(server, "?status=running").stream()
        .filter(entry -> ids.contains(entry.get("id").getAsString()))
        .map(entry -> new Entry(entry.get("id").getAsString(), start(entry), Optional.empty()))
        .toList();
  }

  private static Entry ended(HistoryServerProcess server, String id) {
    JsonObject entry =
        Plugin.list(server, "?status=completed").stream()
            .filter(e -> e.get("id").getAsString().equals(id))
            .findAny()
            .orElseThrow();
    return new Entry(id, start(entry), Optional.of(instant(entry, "endTimeEpoch")));
  }

  private static Instant start(JsonObject entry) {
    return instant(entry, "startTimeEpoch");
  }

  private static Instant instant(JsonObject entry, String field) {
    JsonObject attempt = entry.getAsJsonArray("attempts").get(0).getAsJsonObject();
    return Instant.ofEpochMilli(attempt.get(field).getAsLong());
  }

  /**
   * Recently ended ones, then Spark's completed by end, Spark's running by id, the filter's by id.
   */
  private static List<Entry> inOrder(List<Entry> known, List<Entry> live, Entry ended) {
    return Stream.of(
            Stream.of(ended),
            known.stream().filter(entry -> entry.end().isPresent()).sorted(ENDED_LAST_FIRST),
            known.stream().filter(entry -> entry.end().isEmpty()).sorted(LATER_ID_FIRST),
            live.stream().sorted(LATER_ID_FIRST))
        .flatMap(part -> part)
        .toList();
  }

  private record Entry(String id, Instant start, Optional<Instant> end) {}

  /** A query, and its result by the rules of {@code ApplicationListResource}. */
  private record Query(
      List<String> statuses,
      Optional<Date> minDate,
      Optional<Date> maxDate,
      Optional<Date> minEndDate,
      Optional<Date> maxEndDate,
      OptionalInt limit) {
    static Query random(Random random, List<Entry> entries) {
      List<String> statuses = new ArrayList<>();
      for (int i = random.nextInt(4) - 1; i > 0; i--) {
        statuses.add(
            List.of("completed", "running", "RUNNING", "Completed").get(random.nextInt(4)));
      }
      return new Query(
          statuses,
          Date.perhaps(random, entries),
          Date.perhaps(random, entries),
          Date.perhaps(random, entries),
          Date.perhaps(random, entries),
          random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(60) - 2));
    }

    List<String> applyTo(List<Entry> inOrder) {
      return inOrder.stream()
          .filter(this::covers)
          .limit(limit.isPresent() ? Math.max(0, limit.getAsInt()) : Long.MAX_VALUE)
          .map(Entry::id)
          .toList();
    }

    private boolean covers(Entry entry) {
      boolean running = entry.end().isEmpty();
      boolean hasStatus =
          statuses.isEmpty()
              || statuses.stream()
                  .anyMatch(s -> s.equalsIgnoreCase(running ? "running" : "completed"));
      boolean started =
          minDate.map(d -> !entry.start().isBefore(d.instant())).orElse(true)
              && maxDate.map(d -> !entry.start().isAfter(d.instant())).orElse(true);
      boolean ended =
          running
              ? maxEndDate.map(d -> d.instant().isAfter(Instant.now())).orElse(true)
              : minEndDate.map(d -> !entry.end().get().isBefore(d.instant())).orElse(true)
                  && maxEndDate.map(d -> !entry.end().get().isAfter(d.instant())).orElse(true);
      return hasStatus && started && ended;
    }

    String text() {
      List<String> parameters = new ArrayList<>();
      statuses.forEach(status -> parameters.add("status=" + status));
      minDate.ifPresent(date -> parameters.add("minDate=" + date.encoded()));
      maxDate.ifPresent(date -> parameters.add("maxDate=" + date.encoded()));
      minEndDate.ifPresent(date -> parameters.add("minEndDate=" + date.encoded()));
      maxEndDate.ifPresent(date -> parameters.add("maxEndDate=" + date.encoded()));
      limit.ifPresent(number -> parameters.add("limit=" + number));
      return parameters.stream().collect(Collectors.joining("&", "?", ""));
    }
  }

  /** A time, in one of the formats of the parameter. */
  private record Date(Instant instant, String text) {
    private static final DateTimeFormatter DAY =
        DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

    static Optional<Date> perhaps(Random random, List<Entry> entries) {
      if (random.nextInt(3) > 0) {
        return Optional.empty();
      }
      Instant near = entries.get(random.nextInt(entries.size())).start();
      Instant any =
          switch (random.nextInt(4)) {
            case 0 -> near;
            case 1 -> near.plusMillis(random.nextInt(3) - 1);
            case 2 -> near.plus(Duration.ofHours(random.nextInt(200) - 100));
            default -> Instant.now().plus(Duration.ofDays(random.nextInt(200) + 1));
          };
      return Optional.of(written(random, Instant.ofEpochMilli(any.toEpochMilli())));
    }

    private static Date written(Random random, Instant instant) {
      return switch (random.nextInt(4)) {
        case 0 -> {
          Instant midnight =
              instant.atZone(ZoneOffset.UTC).toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC);
          yield new Date(midnight, DAY.format(midnight));
        }
        case 1 ->
            new Date(instant, TIME.withZone(ZoneOffset.ofHours(2)).format(instant) + "GMT+02:00");
        case 2 -> new Date(instant, TIME.withZone(ZoneOffset.UTC).format(instant) + "GMT and more");
        default -> new Date(instant, TIME.withZone(ZoneOffset.UTC).format(instant) + "GMT");
      };
    }

    String encoded() {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }
}
