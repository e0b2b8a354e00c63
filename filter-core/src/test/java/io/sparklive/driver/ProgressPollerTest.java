// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.lost;
import static io.sparklive.driver.RecordedProgress.executor;
import static io.sparklive.driver.RecordedProgress.job;
import static io.sparklive.driver.RecordedProgress.list;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.JobProgress;
import io.sparklive.application.MissedPolls;
import io.sparklive.application.Progress;
import io.sparklive.application.SourceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressPollerTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final ApplicationId B = new ApplicationId("app-b");
  private static final String RUNNING = "/jobs?status=running";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final DriverApi drivers = mock(DriverApi.class);
  private final ManualClock clock = new ManualClock(STARTED);
  private final ProgressPoller poller =
      new ProgressPoller(registry, drivers, Duration.ZERO, clock.scheduler(), clock);
  private final Map<String, Supplier<CompletableFuture<DriverApi.Resource>>> replies =
      new HashMap<>();
  private final List<Sent> requests = new ArrayList<>();

  /**
   * A request that reached a driver.
   *
   * @param second the time of the request, in seconds since the start
   */
  private record Sent(String id, String path, double second) {}

  @BeforeEach
  void recordRequests() {
    when(drivers.get(any(), any(), any(), anyInt()))
        .thenAnswer(
            call -> {
              ApplicationId id = call.getArgument(0);
              String path = call.getArgument(2);
              requests.add(new Sent(id.value(), path, second()));
              return requireNonNull(replies.getOrDefault(id + path, replies.get(path))).get();
            });
    replies.put(RUNNING, () -> reply(list(job(0, "RUNNING"))));
    replies.put("/executors", () -> reply(list(executor("driver", 2, 4))));
    replies.put("/jobs/0", () -> reply(job(0, "SUCCEEDED").toString()));
    replies.put(
        "/jobs/1",
        () -> CompletableFuture.completedFuture(new DriverApi.Resource(Optional.empty(), true)));
    registry.apply(found("here", "app-a"));
  }

  private static CompletableFuture<DriverApi.Resource> reply(String json) {
    return CompletableFuture.completedFuture(
        new DriverApi.Resource(Optional.of(json.getBytes(UTF_8)), false));
  }

  private static CompletableFuture<DriverApi.Resource> nothing() {
    return CompletableFuture.completedFuture(new DriverApi.Resource(Optional.empty(), false));
  }

  private double second() {
    return Duration.between(STARTED, clock.instant()).toMillis() / 1000.0;
  }

  /** The start of each poll of the driver, in seconds. */
  private List<Double> polls(ApplicationId id) {
    return requests.stream()
        .filter(sent -> sent.id().equals(id.value()) && sent.path().equals(RUNNING))
        .map(Sent::second)
        .toList();
  }

  private Optional<Progress> progress(ApplicationId id) {
    return registry.find(id).orElseThrow().progress();
  }

  /** Views the applications every second, as a page may, up to this second. */
  private void viewUntil(int second, ApplicationId... ids) {
    while (second() < second) {
      poller.markViewed(List.of(ids));
      clock.turn(SECOND);
    }
  }

  @Test
  void pollsNothingWithoutViews() {
    clock.turn(Duration.ofMinutes(5));
    poller.markViewed(List.of());
    clock.turn(Duration.ofMinutes(5));

    assertThat(requests).isEmpty();
    assertThat(clock.waiting()).isZero();
  }

  @Test
  void startsPollWithoutBlockingView() {
    poller.markViewed(List.of(A));

    assertThat(requests).isEmpty();
    clock.turn(Duration.ZERO);
    assertThat(polls(A)).containsExactly(0.0);
    assertThat(progress(A).orElseThrow().jobs().orElseThrow().running()).isEqualTo(1);
    assertThat(progress(A).orElseThrow().asOf()).isEqualTo(STARTED);
  }

  @Test
  void pollsDriverOncePerIntervalForManyViews() {
    for (int tenth = 0; tenth < 60; tenth++) {
      IntStream.range(0, 50).forEach(i -> poller.markViewed(List.of(A)));
      clock.turn(Duration.ofMillis(100));
    }

    assertThat(polls(A)).containsExactly(0.0, 2.0, 4.0, 6.0);
    assertThat(clock.waiting()).isEqualTo(1);
  }

  @Test
  void pollsOnlyViewedApplications() {
    registry.apply(found("there", "app-b"));
    viewUntil(4, A);
    assertThat(polls(B)).isEmpty();

    viewUntil(10, B);

    assertThat(polls(B)).containsExactly(6.0, 8.0, 10.0);
  }

  @Test
  void pollsForSixSecondsAfterLastView() {
    poller.markViewed(List.of(A));
    clock.turn(Duration.ofMinutes(1));

    assertThat(polls(A)).containsExactly(0.0, 2.0, 4.0, 6.0);
    assertThat(clock.waiting()).isZero();
  }

  @Test
  void pollsImmediatelyAfterLongPause() {
    viewUntil(1, A);
    clock.turn(Duration.ofMinutes(1));

    poller.markViewed(List.of(A));
    assertThat(poller.untilNextPoll()).isZero();
    clock.turn(Duration.ZERO);

    assertThat(polls(A)).endsWith(61.0);
  }

  @Test
  void waitsTwoSecondsAfterLastPollBeforeRestart() {
    poller.markViewed(List.of(A));
    // The poll in the eighth second is the first without a recent view.
    clock.turn(Duration.ofMillis(8_500));
    assertThat(clock.waiting()).isZero();

    poller.markViewed(List.of(A));
    assertThat(poller.untilNextPoll()).hasMillis(1_500);
    clock.turn(Duration.ofSeconds(2));

    assertThat(polls(A)).containsExactly(0.0, 2.0, 4.0, 6.0, 10.0);
  }

  @Test
  void returnsTimeUntilNextPoll() {
    assertThat(poller.untilNextPoll()).as("while no application is viewed").hasSeconds(2);
    poller.markViewed(List.of(A));
    clock.turn(Duration.ZERO);
    assertThat(poller.untilNextPoll()).hasSeconds(2);

    clock.turn(Duration.ofMillis(1_250));

    assertThat(poller.untilNextPoll()).hasMillis(750);
  }

  @Test
  void backsOffFromFailingDriver() {
    replies.put(RUNNING, ProgressPollerTest::nothing);

    viewUntil(120, A);

    assertThat(polls(A)).containsExactly(0.0, 4.0, 12.0, 28.0, 58.0, 88.0, 118.0);
    assertThat(progress(A)).isEmpty();
  }

  @Test
  void resumesPollingOnceDriverResponds() {
    replies.put(RUNNING, ProgressPollerTest::nothing);
    viewUntil(13, A);
    replies.put(RUNNING, () -> reply("[]"));

    viewUntil(33, A);

    assertThat(polls(A)).containsExactly(0.0, 4.0, 12.0, 28.0, 30.0, 32.0);
  }

  @Test
  void keepsLastValueIfDriverFails() {
    viewUntil(1, A);
    Optional<Progress> last = progress(A);
    assertThat(last).isPresent();

    for (String html : List.of("<html>starting</html>", "[{}", "{\"jobId\":1}", "[[]]")) {
      replies.put(RUNNING, () -> reply(html));
      viewUntil((int) second() + 40, A);
    }

    assertThat(progress(A)).isEqualTo(last);
  }

  @Test
  void sendsNoSecondPollToHangingDriver() {
    CompletableFuture<DriverApi.Resource> late = new CompletableFuture<>();
    replies.put(RUNNING, () -> late);
    viewUntil(60, A);
    assertThat(polls(A)).containsExactly(0.0);

    late.complete(nothing().join());
    viewUntil(63, A);

    assertThat(polls(A)).containsExactly(0.0, 62.0);
  }

  @Test
  void letsSecondPassAfterLateResponse() {
    CompletableFuture<DriverApi.Resource> late = new CompletableFuture<>();
    replies.put(RUNNING, () -> late);
    poller.markViewed(List.of(A));
    clock.turn(Duration.ofMillis(1_100));
    late.complete(reply("[]").join());
    replies.put(RUNNING, () -> reply("[]"));

    viewUntil(7, A);

    assertThat(polls(A)).containsExactly(0.0, 4.0, 6.0);
  }

  @Test
  void pollsOthersWhileOneDriverHangs() {
    registry.apply(found("there", "app-b"));
    replies.put(A + RUNNING, CompletableFuture::new);

    viewUntil(5, A, B);

    assertThat(polls(A)).containsExactly(0.0);
    assertThat(polls(B)).containsExactly(0.0, 2.0, 4.0);
    assertThat(progress(B)).isPresent();
  }

  @Test
  void backsOffWithoutExecutorsButKeepsJobs() {
    replies.put("/executors", ProgressPollerTest::nothing);

    viewUntil(30, A);

    assertThat(polls(A)).containsExactly(0.0, 4.0, 12.0, 28.0);
    assertThat(progress(A).orElseThrow().executors()).isEmpty();
    assertThat(progress(A).orElseThrow().jobs().orElseThrow().running()).isEqualTo(1);
    assertThat(progress(A).orElseThrow().asOf()).isEqualTo(STARTED.plusSeconds(28));
  }

  @Test
  void backsOffIfResultOfLastJobIsUnknown() {
    viewUntil(1, A);
    replies.put(RUNNING, () -> reply("[]"));
    replies.put("/jobs/0", ProgressPollerTest::nothing);

    viewUntil(31, A);

    assertThat(polls(A)).containsExactly(0.0, 2.0, 6.0, 14.0, 30.0);
    JobProgress work = progress(A).orElseThrow().jobs().orElseThrow();
    assertThat(work.running()).isZero();
    assertThat(work.job()).isZero();
    assertThat(work.status()).isEqualTo(JobProgress.Status.UNKNOWN);
  }

  @Test
  void treatsUnsentRequestAsFailure() {
    registry.apply(found("there", "app-b"));
    replies.put(
        A + RUNNING,
        () -> {
          throw new IllegalStateException("thrown by the test");
        });

    viewUntil(13, A, B);

    assertThat(polls(A)).containsExactly(0.0, 4.0, 12.0);
    assertThat(polls(B)).hasSize(7);
  }

  private Optional<Instant> missedSince(ApplicationId id) {
    return registry.find(id).orElseThrow().missedPolls().map(MissedPolls::since);
  }

  @Test
  void reportsFirstMissedPollUntilDriverResponds() {
    viewUntil(3, A);
    assertThat(missedSince(A)).isEmpty();
    replies.put(RUNNING, ProgressPollerTest::nothing);

    viewUntil(30, A);

    assertThat(polls(A)).containsExactly(0.0, 2.0, 4.0, 8.0, 16.0);
    assertThat(missedSince(A)).contains(STARTED.plusSeconds(4));
    replies.put(RUNNING, () -> reply("[]"));
    viewUntil(33, A);
    assertThat(missedSince(A)).isEmpty();
  }

  @Test
  void reportsStartOfPollThatTimesOut() {
    CompletableFuture<DriverApi.Resource> late = new CompletableFuture<>();
    replies.put(RUNNING, () -> late);
    viewUntil(5, A);
    assertThat(missedSince(A)).isEmpty();

    late.complete(nothing().join());

    assertThat(missedSince(A)).contains(STARTED);
  }

  @Test
  void reportsUnsentRequestAsMissedPoll() {
    replies.put(
        RUNNING,
        () -> {
          throw new IllegalStateException("thrown by the test");
        });

    viewUntil(1, A);

    assertThat(missedSince(A)).contains(STARTED);
  }

  @Test
  void reportsNoMissedPollWithoutExecutors() {
    replies.put("/executors", ProgressPollerTest::nothing);

    viewUntil(10, A);

    assertThat(missedSince(A)).isEmpty();
  }

  @Test
  void pollsOnlyLiveDrivers() {
    registry.apply(foundStarting("starting", "app-starting"));
    registry.apply(foundStarting("guarded", "app-guarded"));
    registry.apply(
        new DiscoveryEvent.AuthRequired(
            new SourceRef("static", "guarded"), new DriverAddress("guarded", 4040)));
    registry.apply(lost("here", STARTED));

    viewUntil(
        10,
        A,
        new ApplicationId("app-starting"),
        new ApplicationId("app-guarded"),
        new ApplicationId("app-unknown"));

    assertThat(requests).isEmpty();
  }

  @Test
  void keepsLastValueOfEndedApplication() {
    viewUntil(1, A);
    Optional<Progress> last = progress(A);
    registry.apply(lost("here", clock.instant()));
    int before = requests.size();

    viewUntil(10, A);

    assertThat(requests).hasSize(before);
    assertThat(progress(A)).isEqualTo(last).isPresent();
  }

  @Test
  void ignoresResponseAfterEnd() {
    CompletableFuture<DriverApi.Resource> late = new CompletableFuture<>();
    replies.put(RUNNING, () -> late);
    viewUntil(1, A);
    registry.apply(lost("here", clock.instant()));
    registry.apply(found("there", "app-a"));

    late.complete(reply(list(job(0, "RUNNING"))).join());

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void resetsBackoffIfApplicationReturns() {
    replies.put(RUNNING, ProgressPollerTest::nothing);
    viewUntil(59, A);
    assertThat(polls(A)).endsWith(58.0);
    registry.apply(lost("here", clock.instant()));
    viewUntil(61, A);

    registry.apply(found("there", "app-a"));
    viewUntil(63, A);

    assertThat(polls(A)).endsWith(58.0, 62.0);
  }
}
