// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doCallRealMethod;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.MissedPolls;
import io.sparklive.application.SourceRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The polls of drivers that no user views: once in an interval, spread evenly over it. */
class BackgroundPollTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int SECONDS = (int) INTERVAL.toSeconds();
  private static final int DRIVERS = 300;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ApplicationRegistry registry = spy(new ApplicationRegistry());
  private final DriverApi drivers = mock(DriverApi.class, withSettings().stubOnly());
  private final ManualClock clock = new ManualClock(STARTED);
  private final ProgressPoller poller = poller(INTERVAL);
  // In whole seconds since the start.
  private final Map<ApplicationId, List<Integer>> polls = new HashMap<>();
  private final Map<ApplicationId, Supplier<CompletableFuture<DriverApi.Resource>>> replies =
      new HashMap<>();

  private ProgressPoller poller(Duration interval) {
    return new ProgressPoller(registry, drivers, interval, clock.scheduler(), clock);
  }

  @BeforeEach
  void recordPolls() {
    when(drivers.get(any(), any(), any(), anyInt()))
        .thenAnswer(
            call -> {
              ApplicationId id = call.getArgument(0);
              String path = call.getArgument(2);
              if (path.startsWith("/jobs/")) {
                return CompletableFuture.completedFuture(
                    new DriverApi.Resource(Optional.empty(), true));
              }
              if (!path.equals("/jobs?status=running")) {
                return reply("[]");
              }
              polls.computeIfAbsent(id, same -> new ArrayList<>()).add(second());
              return replies.getOrDefault(id, () -> reply("[]")).get();
            });
  }

  private static CompletableFuture<DriverApi.Resource> reply(String json) {
    return CompletableFuture.completedFuture(
        new DriverApi.Resource(Optional.of(json.getBytes(UTF_8)), false));
  }

  private static CompletableFuture<DriverApi.Resource> nothing() {
    return CompletableFuture.completedFuture(new DriverApi.Resource(Optional.empty(), false));
  }

  private int second() {
    return (int) Duration.between(STARTED, clock.instant()).toSeconds();
  }

  private List<Integer> polls(ApplicationId id) {
    return polls.getOrDefault(id, List.of());
  }

  private void turnTo(int second) {
    clock.turn(Duration.between(clock.instant(), STARTED.plusSeconds(second)));
  }

  private void viewUntil(int second, Collection<ApplicationId> ids) {
    while (second() < second) {
      poller.markViewed(ids);
      clock.turn(SECOND);
    }
  }

  /** Many live drivers. */
  private List<ApplicationId> findDrivers(String idFormat) {
    List<String> ids = IntStream.range(0, DRIVERS).mapToObj(idFormat::formatted).toList();
    ids.forEach(id -> registry.apply(found(id, id)));
    return ids.stream().map(ApplicationId::new).toList();
  }

  /** The seconds between the polls of one driver. */
  private List<Integer> gaps(ApplicationId id) {
    List<Integer> seconds = polls(id);
    return IntStream.range(1, seconds.size())
        .mapToObj(i -> seconds.get(i) - seconds.get(i - 1))
        .toList();
  }

  private void assertSpread(int from, int to) {
    Map<Integer, Long> pollsBySecond =
        polls.values().stream()
            .flatMap(List::stream)
            .filter(second -> second > from && second <= to)
            .collect(groupingBy(Function.identity(), counting()));
    assertThat(pollsBySecond.values()).as("polls in each second").allMatch(count -> count <= 20);
    assertThat(pollsBySecond.keySet())
        .as("seconds with a poll")
        .hasSizeGreaterThan(SECONDS * 4 / 5);
  }

  @Test
  void pollsEachDriverOncePerInterval() {
    List<ApplicationId> ids = findDrivers("app-%d");
    poller.start();

    turnTo(10 * SECONDS);

    assertThat(ids)
        .allSatisfy(
            id -> {
              assertThat(polls(id)).hasSize(10);
              assertThat(gaps(id)).containsOnly(SECONDS);
              assertThat(registry.find(id).orElseThrow().progress()).isPresent();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"app-%d", "app-20261121083600-%04d", "spark-4f3e%028x", "%d"})
  void spreadsPollsOverInterval(String idFormat) {
    findDrivers(idFormat);
    poller.start();

    turnTo(2 * SECONDS);

    assertSpread(0, SECONDS);
    assertSpread(SECONDS, 2 * SECONDS);
  }

  @Test
  void spreadsPollsAfterCommonView() {
    List<ApplicationId> ids = findDrivers("app-%d");
    poller.start();
    viewUntil(30, ids);
    assertThat(ids).allSatisfy(id -> assertThat(polls(id)).hasSize(16));

    turnTo(40 + 2 * SECONDS);

    assertSpread(40, 40 + SECONDS);
    assertSpread(40 + SECONDS, 40 + 2 * SECONDS);
  }

  @Test
  void pollsNewDriverWithinInterval() {
    poller.start();
    turnTo(3 * SECONDS + 17);
    List<ApplicationId> ids = findDrivers("app-%d");

    turnTo(4 * SECONDS + 17);

    assertThat(ids).allSatisfy(id -> assertThat(polls(id)).hasSize(1));
    assertSpread(3 * SECONDS + 17, 4 * SECONDS + 17);
  }

  @Test
  void pollsNothingWithoutViewsIfTurnedOff() {
    findDrivers("app-%d");
    poller(Duration.ZERO).start();
    assertThat(clock.waiting()).isZero();

    turnTo(2 * SECONDS);

    assertThat(polls).isEmpty();
  }

  @Test
  void pollsNothingBeforeStart() {
    findDrivers("app-%d");

    turnTo(2 * SECONDS);

    assertThat(polls).isEmpty();
  }

  @Test
  void pollsViewedDriverEveryTwoSeconds() {
    registry.apply(found("here", "app-a"));
    poller.start();

    viewUntil(4 * SECONDS, List.of(A));

    assertThat(gaps(A)).containsOnly(2).hasSizeGreaterThan(100);
  }

  @Test
  void startsViewedPollsImmediately() {
    registry.apply(found("here", "app-a"));
    poller.start();
    turnTo(2 * SECONDS);
    assertThat(poller.untilNextPoll()).as("while no application is viewed").hasSeconds(2);
    int idle = polls(A).get(polls(A).size() - 1);
    turnTo(idle + 10 + SECONDS);

    clock.turn(Duration.ofMillis(300));
    poller.markViewed(List.of(A));
    assertThat(poller.untilNextPoll()).isZero();
    clock.turn(Duration.ZERO);

    assertThat(polls(A)).endsWith(idle + SECONDS, idle + SECONDS + 10);
    clock.turn(Duration.ofMillis(500));
    assertThat(poller.untilNextPoll()).hasMillis(1_500);
  }

  @Test
  void keepsPauseOfFailingDriver() {
    registry.apply(found("here", "app-a"));
    replies.put(A, BackgroundPollTest::nothing);
    poller(Duration.ofSeconds(10)).start();

    turnTo(120);

    assertThat(gaps(A)).startsWith(10, 10, 16, 30, 30);
  }

  @Test
  void pollsFailingDriverOncePerInterval() {
    registry.apply(found("here", "app-a"));
    replies.put(A, BackgroundPollTest::nothing);
    poller.start();

    turnTo(10 * SECONDS);

    assertThat(gaps(A)).hasSize(9).containsOnly(SECONDS);
    assertThat(registry.find(A).orElseThrow().missedPolls().map(MissedPolls::since))
        .contains(STARTED.plusSeconds(polls(A).get(0)));
  }

  @Test
  void keepsPauseOfSlowDriver() {
    registry.apply(found("here", "app-a"));
    replies.put(
        A,
        () -> {
          CompletableFuture<DriverApi.Resource> late = new CompletableFuture<>();
          ScheduledFuture<?> unused =
              clock.scheduler().schedule(() -> complete(late), 4, TimeUnit.SECONDS);
          return late;
        });
    poller(Duration.ofSeconds(10)).start();

    turnTo(120);

    assertThat(gaps(A)).hasSizeGreaterThan(4).allMatch(gap -> gap >= 16 && gap <= 20);
  }

  private static void complete(CompletableFuture<DriverApi.Resource> late) {
    late.complete(reply("[]").join());
  }

  @Test
  void sendsNoSecondPollToHangingDriver() {
    registry.apply(found("here", "app-a"));
    replies.put(A, CompletableFuture::new);
    poller.start();

    turnTo(10 * SECONDS);

    assertThat(polls(A)).hasSize(1);
  }

  @Test
  void stopsPollingEndedApplication() {
    registry.apply(found("here", "app-a"));
    poller.start();
    turnTo(2 * SECONDS);
    assertThat(polls(A)).hasSize(2);
    registry.apply(lost("here", clock.instant()));

    turnTo(10 * SECONDS);

    assertThat(polls(A)).hasSize(2);
  }

  @Test
  void pollsOnlyLiveDrivers() {
    registry.apply(foundStarting("starting", "app-starting"));
    registry.apply(foundStarting("guarded", "app-guarded"));
    registry.apply(
        new DiscoveryEvent.AuthRequired(new SourceRef("static", "guarded"), address("guarded")));
    registry.apply(
        new DiscoveryEvent.AlreadyFinished(
            new SourceRef("static", "gone"),
            new ApplicationId("app-gone"),
            info("app-gone"),
            Optional.empty(),
            STARTED));
    poller.start();

    turnTo(2 * SECONDS);

    assertThat(polls).isEmpty();
  }

  @Test
  void keepsPollingAfterFailure() {
    registry.apply(found("here", "app-a"));
    poller.start();
    doAnswer(
            call -> {
              throw new IllegalStateException("thrown by the test");
            })
        .when(registry)
        .all();
    turnTo(SECONDS + 1);
    assertThat(polls).isEmpty();
    assertThat(clock.waiting()).isEqualTo(1);

    doCallRealMethod().when(registry).all();
    clock.turn(SECOND);

    assertThat(polls(A)).hasSize(1);
  }

  @Test
  void rejectsSlotsOfNoTime() {
    assertThatThrownBy(() -> new PollSlots(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
