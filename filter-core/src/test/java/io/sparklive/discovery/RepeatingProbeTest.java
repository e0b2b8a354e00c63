// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatingProbeTest {
  private static final Optional<Duration> SECOND = Optional.of(Duration.ofSeconds(1));
  private static final Optional<Duration> MINUTE = Optional.of(Duration.ofMinutes(1));

  private final ScheduledExecutorService executor = mock(ScheduledExecutorService.class);
  private final Deque<Task> tasks = new ArrayDeque<>();
  private final ProbeScheduler scheduler = new ProbeScheduler(executor);
  private final List<CompletableFuture<Optional<Duration>>> requests = new ArrayList<>();
  private Supplier<CompletableFuture<Optional<Duration>>> send = CompletableFuture::new;
  private final RepeatingProbe probe = new RepeatingProbe(scheduler, this::send, failure -> MINUTE);

  private record Task(Runnable work, Duration delay, ScheduledFuture<?> future) {}

  @BeforeEach
  void keepTasks() {
    doAnswer(
            call -> {
              ScheduledFuture<?> future = mock(ScheduledFuture.class);
              tasks.add(
                  new Task(
                      call.getArgument(0), Duration.ofMillis(call.<Long>getArgument(1)), future));
              return future;
            })
        .when(executor)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));
  }

  private CompletableFuture<Optional<Duration>> send() {
    CompletableFuture<Optional<Duration>> request = send.get();
    requests.add(request);
    return request;
  }

  @Test
  void schedulesTheNextRequestAfterTheReply() {
    probe.runAfter(Duration.ZERO);
    tasks.remove().work().run();
    assertThat(requests).hasSize(1);
    assertThat(tasks).isEmpty();

    requests.get(0).complete(SECOND);
    assertThat(tasks).extracting(Task::delay).containsExactly(Duration.ofSeconds(1));
    tasks.remove().work().run();

    assertThat(requests).hasSize(2);
  }

  @Test
  void sendsOneRequestAtATime() {
    CompletableFuture<Void> first = probe.runNow();
    CompletableFuture<Void> second = probe.runNow();
    probe.runAfter(Duration.ZERO);

    assertThat(requests).hasSize(1);
    assertThat(tasks).isEmpty();
    assertThat(first).isNotDone();
    assertThat(second).isDone();
  }

  @Test
  void completesOnceTheNextRequestIsScheduled() {
    CompletableFuture<Integer> scheduled = probe.runNow().thenApply(done -> tasks.size());

    requests.get(0).complete(SECOND);

    assertThat(scheduled).isCompletedWithValue(1);
  }

  @Test
  void restsWithoutADelayUntilItIsStartedAgain() {
    CompletableFuture<Void> first = probe.runNow();
    requests.get(0).complete(Optional.empty());
    assertThat(first).isDone();
    assertThat(tasks).isEmpty();

    CompletableFuture<Void> second = probe.runNow();

    assertThat(second).isNotDone();
    assertThat(requests).hasSize(2);
  }

  @Test
  void replacesTheScheduledRequest() {
    probe.runAfter(Duration.ofSeconds(5));
    probe.runAfter(Duration.ZERO);
    verify(tasks.remove().future()).cancel(false);

    CompletableFuture<Void> unused = probe.runNow();

    verify(tasks.remove().future()).cancel(false);
    assertThat(requests).hasSize(1);
  }

  @Test
  void continuesAfterAFailure() {
    CompletableFuture<Void> unused = probe.runNow();
    requests.get(0).completeExceptionally(new IllegalStateException("no reply"));
    assertThat(tasks).extracting(Task::delay).containsExactly(Duration.ofMinutes(1));

    send =
        () -> {
          throw new IllegalStateException("not sent");
        };
    tasks.remove().work().run();

    assertThat(tasks).extracting(Task::delay).containsExactly(Duration.ofMinutes(1));
  }

  @Test
  void sendsNothingAfterClose() {
    probe.runAfter(Duration.ZERO);
    scheduler.close();
    tasks.remove().work().run();
    probe.runAfter(Duration.ZERO);

    assertThat(probe.runNow()).isDone();
    assertThat(requests).isEmpty();
    assertThat(tasks).isEmpty();
  }

  @Test
  void closesWithTheExecutor() {
    doThrow(new RejectedExecutionException())
        .when(executor)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));

    probe.runAfter(Duration.ZERO);

    assertThat(scheduler.isClosed()).isTrue();
  }
}
