// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

public class AsyncLimiterTest {
  private static final int MANY = 10_000;

  private final List<CompletableFuture<String>> open = new CopyOnWriteArrayList<>();

  /** A task that the test completes. */
  private CompletableFuture<String> start() {
    CompletableFuture<String> result = new CompletableFuture<>();
    open.add(result);
    return result;
  }

  private static CompletableFuture<String> throwing() {
    throw new IllegalStateException("thrown by the test");
  }

  @Test
  void limitsConcurrentCalls() {
    AsyncLimiter limiter = new AsyncLimiter(3);
    List<CompletableFuture<String>> results =
        IntStream.range(0, 10).mapToObj(i -> limiter.submit(this::start)).toList();
    assertThat(open).hasSize(3);

    open.get(1).complete("one");
    assertThat(open).hasSize(4);
    open.get(0).completeExceptionally(new IllegalStateException("two"));
    assertThat(open).hasSize(5);

    assertThat(results.get(1)).isCompletedWithValue("one");
    assertThat(results.get(0)).isCompletedExceptionally();
    assertThat(results.get(2)).isNotDone();
  }

  @Test
  void releasesPermitAfterTimeoutButKeepsResult() {
    AsyncLimiter limiter = new AsyncLimiter(1);
    CompletableFuture<String> first = limiter.submit(this::start, Duration.ofMillis(20));
    CompletableFuture<String> second = limiter.submit(this::start, Duration.ofMinutes(1));

    Awaitility.await().until(() -> open.size() == 2);
    assertThat(first).isNotDone();
    open.get(0).complete("late");
    assertThat(first).isCompletedWithValue("late");

    CompletableFuture<String> third = limiter.submit(this::start, Duration.ofMinutes(1));
    assertThat(open).hasSize(2);
    open.get(1).completeExceptionally(new IllegalStateException("thrown by the test"));
    assertThat(second).isCompletedExceptionally();
    assertThat(open).hasSize(3);
    assertThat(third).isNotDone();
  }

  @Test
  void runsCallsInOrder() {
    AsyncLimiter limiter = new AsyncLimiter(1);
    List<Integer> started = new ArrayList<>();
    IntStream.range(0, 5)
        .<CompletableFuture<?>>mapToObj(
            i ->
                limiter.submit(
                    () -> {
                      started.add(i);
                      return start();
                    }))
        .forEach(result -> assertThat(result).isNotDone());

    for (int i = 0; i < 5; i++) {
      open.get(i).complete("");
    }

    assertThat(started).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void releasesPermitIfCallThrows() {
    AsyncLimiter limiter = new AsyncLimiter(2);
    for (int i = 0; i < 10; i++) {
      assertThat(limiter.submit(AsyncLimiterTest::throwing)).isCompletedExceptionally();
    }

    assertThat(limiter.submit(() -> CompletableFuture.completedFuture("started")))
        .isCompletedWithValue("started");
  }

  @Test
  void runsCallSubmittedOnCompletion() {
    AsyncLimiter limiter = new AsyncLimiter(1);
    CompletableFuture<String> second =
        limiter.submit(this::start).thenCompose(first -> limiter.submit(this::start));

    open.get(0).complete("first");
    open.get(1).complete("second");

    assertThat(second).isCompletedWithValue("second");
  }

  @Test
  void survivesTenThousandImmediateFailures() {
    AsyncLimiter limiter = new AsyncLimiter(1);
    CompletableFuture<String> first = limiter.submit(this::start);
    List<CompletableFuture<String>> others =
        IntStream.range(0, MANY).mapToObj(i -> limiter.submit(AsyncLimiterTest::throwing)).toList();
    CompletableFuture<String> last =
        limiter.submit(() -> CompletableFuture.completedFuture("last"));

    open.get(0).complete("first");

    assertThat(first).isCompletedWithValue("first");
    assertThat(others)
        .allSatisfy(
            result ->
                assertThat(result)
                    .failsWithin(0, SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("thrown by the test"));
    assertThat(last).isCompletedWithValue("last");
  }

  @Test
  void survivesTenThousandChainedCompletions() {
    AsyncLimiter limiter = new AsyncLimiter(1);
    AtomicInteger started = new AtomicInteger();
    CompletableFuture<String> first = limiter.submit(this::start);
    IntStream.range(0, MANY)
        .forEach(
            i ->
                assertThat(
                        limiter.submit(
                            () -> {
                              started.incrementAndGet();
                              return CompletableFuture.completedFuture("");
                            }))
                    .isNotDone());

    open.get(0).complete("first");

    assertThat(first).isCompleted();
    assertThat(started).hasValue(MANY);
  }

  @Test
  void runsAllCallsFromManyThreadsWithinLimit() throws Exception {
    AsyncLimiter limiter = new AsyncLimiter(4);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger mostRunning = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(8);
    ExecutorService workers = Executors.newFixedThreadPool(4);
    ExecutorService submitters = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<List<CompletableFuture<Integer>>>> submissions =
          IntStream.range(0, 8)
              .mapToObj(
                  submitter ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            await(start);
                            return IntStream.range(0, 2_000)
                                .mapToObj(
                                    i ->
                                        limiter.submit(
                                            () -> {
                                              mostRunning.accumulateAndGet(
                                                  running.incrementAndGet(), Math::max);
                                              return CompletableFuture.supplyAsync(
                                                  running::decrementAndGet, workers);
                                            }))
                                .toList();
                          },
                          submitters))
              .toList();
      for (CompletableFuture<List<CompletableFuture<Integer>>> submission : submissions) {
        for (CompletableFuture<Integer> result : submission.get(20, SECONDS)) {
          assertThat(result).succeedsWithin(20, SECONDS);
        }
      }
    } finally {
      submitters.shutdownNow();
      workers.shutdownNow();
    }

    assertThat(mostRunning.get()).isBetween(1, 4);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
