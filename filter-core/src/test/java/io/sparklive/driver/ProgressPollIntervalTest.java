// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.InvocationOnMock;

/** There is one schedule for all drivers, and concurrent views neither duplicate nor lose it. */
class ProgressPollIntervalTest {
  private static final List<ApplicationId> A = List.of(new ApplicationId("app-a"));
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int ROUNDS = 10_000;

  private final ApplicationRegistry registry = spy(new ApplicationRegistry());
  private final DriverApi drivers = mock(DriverApi.class, withSettings().stubOnly());
  private final ManualClock clock = new ManualClock(STARTED);
  private final ProgressPoller poller =
      new ProgressPoller(registry, drivers, Duration.ZERO, clock.scheduler(), clock);
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  ProgressPollIntervalTest() {
    when(drivers.get(any(), any(), any(), anyInt()))
        .thenReturn(
            CompletableFuture.completedFuture(new DriverApi.Resource(Optional.empty(), false)));
    registry.apply(found("here", "app-a"));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void startsOneScheduleForConcurrentViews() throws Exception {
    for (int round = 0; round < 200; round++) {
      CyclicBarrier start = new CyclicBarrier(8);
      Callable<Void> view =
          () -> {
            start.await(20, SECONDS);
            poller.markViewed(A);
            return null;
          };
      for (Future<Void> done :
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> view).toList())) {
        done.get(20, SECONDS);
      }

      assertThat(clock.waiting()).isEqualTo(1);
      clock.turn(LONG);
      assertThat(clock.waiting()).isZero();
    }
  }

  @Test
  void keepsPollingIfViewedDuringLastPoll() {
    poller.markViewed(A);
    clock.turn(Duration.ofSeconds(7));
    assertThat(clock.waiting()).isEqualTo(1);
    doAnswer(this::viewMeanwhile).when(registry).all();

    clock.turn(Duration.ofSeconds(1));

    assertThat(clock.waiting()).isEqualTo(1);
  }

  private Object viewMeanwhile(InvocationOnMock call) throws Throwable {
    poller.markViewed(A);
    return call.callRealMethod();
  }

  @Test
  void losesNoViewAtEndOfLastPoll() throws Exception {
    Thread turning = Thread.currentThread();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger viewed = new AtomicInteger();
    AtomicInteger round = new AtomicInteger();
    ProgressPoller alone =
        new ProgressPoller(
            new ApplicationRegistry(),
            drivers,
            Duration.ZERO,
            clock.scheduler(),
            () -> {
              if (Thread.currentThread().equals(turning)) {
                begun.set(round.get());
              }
              return clock.instant();
            });
    Future<?> viewing =
        threads.submit(
            () -> {
              for (int i = 1; i <= ROUNDS; i++) {
                spinUntil(begun, i);
                // A few nanoseconds later each time, to meet every moment at the end of the poll.
                for (int later = 0; later < i % 1_500 && begun.get() == i; ) {
                  later++;
                }
                alone.markViewed(A);
                viewed.set(i);
              }
            });

    for (int i = 1; i <= ROUNDS; i++) {
      alone.markViewed(A);
      clock.turn(Duration.ofMillis(7_999));
      assertThat(clock.waiting()).isEqualTo(1);
      round.set(i);
      clock.turn(Duration.ofMillis(1));
      spinUntil(viewed, i);

      assertThat(clock.waiting()).as("round %d", i).isEqualTo(1);
      clock.turn(LONG);
      assertThat(clock.waiting()).isZero();
    }
    viewing.get(20, SECONDS);
  }

  private static void spinUntil(AtomicInteger counter, int value) {
    for (int i = 1; counter.get() < value && !Thread.currentThread().isInterrupted(); i++) {
      if (i % 10_000 == 0) {
        LockSupport.parkNanos(1);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void keepsPollingAfterFailure() {
    poller.markViewed(A);
    doAnswer(
            call -> {
              throw new IllegalStateException("thrown by the test");
            })
        .doCallRealMethod()
        .when(registry)
        .all();

    clock.turn(Duration.ZERO);

    assertThat(clock.waiting()).isEqualTo(1);
  }

  @Test
  void toleratesViewAfterShutdown() {
    ScheduledExecutorService stopped = Executors.newSingleThreadScheduledExecutor();
    stopped.shutdownNow();
    ProgressPoller stoppedPoller =
        new ProgressPoller(registry, drivers, Duration.ZERO, stopped, clock);

    stoppedPoller.markViewed(A);
    stoppedPoller.markViewed(A);

    assertThat(stoppedPoller.untilNextPoll()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(stopped.isShutdown()).isTrue();
  }
}
