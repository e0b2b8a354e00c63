// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.it.overview.PolledDriver.Manner;
import io.sparklive.it.overview.Viewers.View;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two hundred viewers of the overview with three hundred drivers: the load of each driver, and the
 * response times of the viewers. Independent of the version of Spark.
 */
@Tag("load")
class ManyViewersIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final int DRIVERS = 300;
  private static final int VIEWERS = 200;
  private static final Duration VIEWING_TIME = Duration.ofSeconds(20);

  /** A response that depended on a slow or silent driver would take thirty seconds at least. */
  private static final Duration WITHOUT_WAITING = Duration.ofSeconds(5);

  private static final Duration FRESH = Duration.ofSeconds(4);

  private static final List<PolledDriver> POLLED = new ArrayList<>();
  private static HistoryServerProcess server;

  @BeforeAll
  static void start() {
    POLLED.clear();
    IntStream.range(0, DRIVERS)
        .mapToObj(i -> new PolledDriver("app-%03d".formatted(i), manner(i)))
        .forEach(POLLED::add);
    SparkVersion version = SparkVersion.newest();
    server =
        HistoryServerProcess.builder(
                version, EventLogs.newDirectory("viewers-" + version).directory())
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property("spark." + FILTER + ".param.pollInterval", "0s")
            .property(
                "spark." + FILTER + ".param.drivers",
                POLLED.stream().map(PolledDriver::address).collect(Collectors.joining(",")))
            .start();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(listed()).isEqualTo(DRIVERS));
  }

  private static Manner manner(int number) {
    return switch (number) {
      case 7 -> Manner.ENORMOUS;
      case 8 -> Manner.NONSENSE;
      default ->
          number % 20 == 0 ? Manner.SILENT : number % 20 == 1 ? Manner.FALLS_SILENT : Manner.PROMPT;
    };
  }

  private static int listed() {
    return server.get("/api/v1/applications").body().split("\"attempts\"", -1).length - 1;
  }

  @AfterAll
  static void stop() {
    server.close();
    POLLED.forEach(PolledDriver::close);
  }

  @Test
  void causeOnePollPerDriverInTwoSeconds() {
    assertThat(polls()).as("without viewers").isZero();

    long began = System.nanoTime();
    try (Viewers viewers = new Viewers(server, VIEWERS, 25)) {
      await()
          .atMost(VIEWING_TIME.multipliedBy(2))
          .until(() -> System.nanoTime() - began > VIEWING_TIME.toNanos());
      List<View> views = viewers.views();
      assertThat(viewers.failures()).isEmpty();
      assertThat(views).hasSizeGreaterThan(VIEWERS * 7);
      assertThat(views).extracting(View::took).allMatch(t -> t.compareTo(WITHOUT_WAITING) < 0);
      assertFresh(views);
    }
    assertSpaced(System.nanoTime() - began);
    assertPollsHaveStopped();
  }

  private static void assertFresh(List<View> views) {
    List<OverviewResponse> read =
        views.stream().map(View::body).filter(b -> !b.isEmpty()).map(OverviewResponse::of).toList();
    List<OverviewResponse> afterTheStart = read.subList(read.size() / 3, read.size());
    List<Long> ages = new ArrayList<>();
    for (OverviewResponse overview : afterTheStart) {
      for (PolledDriver driver : POLLED) {
        if (driver.manner() == Manner.PROMPT) {
          ages.add(overview.progress(driver.id()).map(ManyViewersIT::age).orElse(Long.MAX_VALUE));
        }
      }
    }
    long fresh = ages.stream().filter(age -> age < FRESH.toMillis()).count();
    assertThat(fresh).as("of %d", ages.size()).isGreaterThan(ages.size() * 98L / 100);

    OverviewResponse last = read.get(read.size() - 1);
    for (PolledDriver driver : POLLED) {
      switch (driver.manner()) {
        case FALLS_SILENT -> {
          JsonObject latest = last.progress(driver.id()).orElseThrow();
          assertThat(age(latest)).isGreaterThan(FRESH.toMillis());
          assertThat(latest.get("runningJobs").getAsInt()).isEqualTo(1);
        }
        case SILENT, ENORMOUS, NONSENSE ->
            assertThat(last.progress(driver.id())).as(driver.id()).isEmpty();
        case PROMPT -> {}
      }
    }
  }

  private static long age(JsonObject progress) {
    return progress.get("ageMillis").getAsLong();
  }

  private static void assertSpaced(long nanos) {
    long most = nanos / SECONDS.toNanos(2) + 2;
    List<Long> spaces = new ArrayList<>();
    for (PolledDriver driver : POLLED) {
      List<Long> polls = driver.polls();
      assertThat(polls.size()).as(driver.id()).isBetween(1, (int) most);
      if (driver.manner() == Manner.PROMPT) {
        assertThat(polls.size()).as(driver.id()).isGreaterThan((int) most / 3);
      } else {
        assertThat(polls.size()).as(driver.id()).isLessThan((int) most / 2);
      }
      for (int i = 1; i < polls.size(); i++) {
        spaces.add(polls.get(i) - polls.get(i - 1));
      }
    }
    // A request may take a little longer than the next one.
    assertThat(spaces).allMatch(space -> space > Duration.ofSeconds(1).toNanos());
    long wide = spaces.stream().filter(s -> s >= Duration.ofMillis(1900).toNanos()).count();
    assertThat(wide).as("of %d", spaces.size()).isGreaterThan(spaces.size() * 9L / 10);
  }

  private static void assertPollsHaveStopped() {
    long[] before = {polls()};
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(17))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              long now = polls();
              boolean still = now == before[0];
              before[0] = now;
              return still;
            });
  }

  private static long polls() {
    return POLLED.stream().mapToLong(driver -> driver.polls().size()).sum();
  }
}
