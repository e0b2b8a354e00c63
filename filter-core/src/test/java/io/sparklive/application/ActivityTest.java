// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.JobProgress.Status.SUCCEEDED;
import static io.sparklive.application.Reports.running;
import static io.sparklive.application.Reports.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparklive.application.Progress.Executors;
import io.sparklive.application.Progress.StreamingQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Reports reports = new Reports();

  /** A job of 100 tasks that started some seconds before the current time. */
  private JobProgress startedJob(int seconds, int done) {
    return new JobProgress(
        1,
        7,
        JobProgress.Status.RUNNING,
        "",
        tasks(100, done, 0),
        Optional.of(reports.now().minusSeconds(seconds)),
        Optional.empty(),
        JobProgress.StageCounts.NONE);
  }

  private static Executors garbageCollecting(long taskMillis, long gcMillis) {
    return new Executors(4, 16, 100, 4, taskMillis, gcMillis);
  }

  @Test
  void sumsCoreTimeWhileIdle() {
    reports.end(7, SUCCEEDED).after(SECOND);
    assertThat(reports.after(Duration.ofSeconds(10)).activity().idleCoreMillis())
        .isEqualTo(160_000);
    assertThat(
            reports
                .executors(new Executors(1, 4, 0))
                .after(Duration.ofSeconds(10))
                .activity()
                .idleCoreMillis())
        .isEqualTo(200_000);

    assertThat(reports.run(running(8, tasks(1, 0, 1))).after(SECOND).activity().idleCoreMillis())
        .isZero();
  }

  @Test
  void startsCoreTimeAnewAfterJob() {
    reports.end(7, SUCCEEDED).during(Duration.ofMinutes(1));

    Progress report = reports.end(8, SUCCEEDED).after(SECOND);

    assertThat(report.activity().idleCoreMillis()).isZero();
    assertThat(report.activity().idleSince()).contains(report.asOf());
  }

  @Test
  void measuresGarbageCollectionOverHalfMinute() {
    assertThat(reports.executors(garbageCollecting(1_000, 900)).after(SECOND).activity().gcShare())
        .isEmpty();
    reports.executors(garbageCollecting(11_000, 2_900));
    assertThat(reports.after(Duration.ofSeconds(29)).activity().gcShare()).isEmpty();

    assertThat(reports.after(SECOND).activity().gcShare().orElseThrow())
        .isCloseTo(0.2, within(1e-9));
  }

  @Test
  void measuresNoGarbageCollectionInLessThanSecondOfTasks() {
    reports.executors(garbageCollecting(1_000, 0)).after(SECOND);
    reports.executors(garbageCollecting(1_999, 500));
    assertThat(reports.after(Duration.ofSeconds(30)).activity().gcShare()).isEmpty();

    reports.executors(garbageCollecting(2_999, 1_000));
    assertThat(reports.after(Duration.ofSeconds(30)).activity().gcShare().orElseThrow())
        .isCloseTo(0.5, within(1e-9));
  }

  @Test
  void forgetsGarbageCollectionIfItsSumShrinks() {
    reports.executors(garbageCollecting(90_000, 9_000)).after(SECOND);

    Progress less =
        reports.executors(garbageCollecting(95_000, 1_000)).after(Duration.ofSeconds(30));

    assertThat(less.activity().gcShare()).isEmpty();
  }

  @Test
  void forgetsGarbageCollectionIfExecutorsLeave() {
    reports.executors(garbageCollecting(90_000, 900)).after(SECOND);
    reports.executors(garbageCollecting(95_000, 1_900)).after(Duration.ofSeconds(30));

    Progress less =
        reports.executors(garbageCollecting(50_000, 1_000)).after(Duration.ofSeconds(30));

    assertThat(less.activity().gcShare()).isEmpty();
  }

  @Test
  void estimatesRestFromEvenPace() {
    int done = 0;
    Progress report = reports.run(running(7, tasks(200, 0, 8))).after(SECOND);
    assertThat(Estimate.of(report)).isEmpty();
    for (; done < 100; done += 4) {
      report = reports.run(running(7, tasks(200, done, 8))).after(Duration.ofSeconds(2));
    }

    Duration rest = Estimate.of(report).orElseThrow().rest().orElseThrow();

    assertThat(rest).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(55));
  }

  @Test
  void estimatesNothingIfPaceBreaks() {
    for (int done = 0; done < 100; done += 4) {
      reports.run(running(7, tasks(200, done, 8))).after(Duration.ofSeconds(2));
    }
    Progress slow = reports.run(running(7, tasks(200, 101, 8))).during(Duration.ofMinutes(2));

    assertThat(Estimate.of(slow)).contains(new Estimate(Optional.empty()));
  }

  @Test
  void estimatesNothingIfPaceFallsByMoreThanThird() {
    int done = 0;
    for (; done < 120; done += 4) {
      reports.run(running(7, tasks(400, done, 8))).after(Duration.ofSeconds(2));
    }
    Progress report = reports.run(running(7, tasks(400, done, 8))).after(SECOND);
    assertThat(Estimate.of(report).orElseThrow().rest()).isPresent();
    for (; done < 150; done++) {
      report = reports.run(running(7, tasks(400, done, 8))).after(Duration.ofSeconds(2));
    }

    assertThat(Estimate.of(report)).contains(new Estimate(Optional.empty()));
  }

  @Test
  void estimatesFromTenthOfTasksOrHalfMinuteOn() {
    assertThat(Estimate.of(new Reports().run(startedJob(20, 9)).after(Duration.ZERO))).isEmpty();
    assertThat(Estimate.of(new Reports().run(startedJob(20, 10)).after(Duration.ZERO))).isPresent();
    assertThat(Estimate.of(new Reports().run(startedJob(30, 9)).after(Duration.ZERO))).isPresent();
  }

  @Test
  void estimatesNothingIfLastTasksTakeLonger() {
    for (int done = 0; done < 196; done += 4) {
      reports.run(running(7, tasks(200, done, 4))).after(Duration.ofSeconds(10));
    }
    JobProgress last = running(7, tasks(200, 199, 1));
    assertThat(Estimate.of(reports.run(last).after(SECOND)).orElseThrow().rest()).isPresent();
    assertThat(Estimate.of(reports.during(Duration.ofSeconds(28))).orElseThrow().rest())
        .isPresent();

    assertThat(Estimate.of(reports.during(Duration.ofSeconds(2))).orElseThrow().rest()).isEmpty();
  }

  @Test
  void estimatesNothingForSeveralJobs() {
    JobProgress two = new JobProgress(2, 7, JobProgress.Status.RUNNING, "", tasks(200, 100, 8));

    assertThat(Estimate.of(reports.run(two).during(Duration.ofMinutes(2)))).isEmpty();
  }

  @Test
  void estimatesNothingBeforeFirstTaskIsDone() {
    assertThat(Estimate.of(reports.run(running(7, tasks(8, 0, 8))).during(Duration.ofMinutes(2))))
        .isEmpty();
  }

  @Test
  void measuresPaceFromStartOfJob() {
    Progress report = reports.run(startedJob(99, 50)).after(SECOND);

    assertThat(Estimate.of(report).orElseThrow().rest().orElseThrow())
        .isEqualTo(Duration.ofSeconds(100));
  }

  @Test
  void measuresTimeOfBatches() {
    Instant now = reports.now();
    StreamingQuery stream = StreamingQuery.first("a", "orders", 5, now);
    for (int batch = 6; batch <= 15; batch++) {
      now = now.plusSeconds(2);
      stream = stream.after(batch, now);
    }

    assertThat(stream.batch()).isEqualTo(15);
    assertThat(stream.batchMillis()).isEqualTo(2_000);
    assertThat(stream.isGrowing()).isFalse();
  }

  @Test
  void toleratesBatchesThatGrowByTenth() {
    Instant now = reports.now();
    StreamingQuery stream = StreamingQuery.first("a", "orders", 0, now);
    double seconds = 20;
    for (int batch = 1; batch <= 8; batch++) {
      now = now.plusMillis(Math.round(1000 * seconds));
      stream = stream.after(batch, now);
      seconds *= 1.1;
    }

    assertThat(stream.isGrowing()).isFalse();
  }

  @Test
  void noticesGrowingBatches() {
    Instant now = reports.now();
    StreamingQuery stream = StreamingQuery.first("a", "orders", 0, now);
    int seconds = 20;
    for (int batch = 1; batch <= 3; batch++) {
      now = now.plusSeconds(seconds);
      stream = stream.after(batch, now);
      seconds = seconds * 3 / 2;
    }
    assertThat(stream.isGrowing()).isFalse();

    stream = stream.after(4, now.plusSeconds(seconds));
    assertThat(stream.isGrowing()).isTrue();

    assertThat(stream.after(5, now.plusSeconds(seconds + 20)).isGrowing()).isFalse();
  }

  @Test
  void startsStreamAnewIfBatchesRestart() {
    StreamingQuery stream = StreamingQuery.first("a", "orders", 50, reports.now());

    assertThat(stream.after(0, reports.now().plusSeconds(2)))
        .isEqualTo(StreamingQuery.first("a", "orders", 0, reports.now().plusSeconds(2)));
  }
}
