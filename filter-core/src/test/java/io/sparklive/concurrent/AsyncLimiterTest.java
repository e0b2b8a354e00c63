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

  /** A question that is answered when the test says so. */
  private CompletableFuture<String> ask() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    open.add(answer);
    return answer;
  }

  private static CompletableFuture<String> throwing() {
    throw new IllegalStateException("as the test wants it");
  }

  @Test
  void limitsConcurrentCalls() {
    AsyncLimiter turns = new AsyncLimiter(3);
    List<CompletableFuture<String>> answers =
        IntStream.range(0, 10).mapToObj(i -> turns.submit(this::ask)).toList();
    assertThat(open).hasSize(3);

    open.get(1).complete("one");
    assertThat(open).hasSize(4);
    open.get(0).completeExceptionally(new IllegalStateException("two"));
    assertThat(open).hasSize(5);

    assertThat(answers.get(1)).isCompletedWithValue("one");
    assertThat(answers.get(0)).isCompletedExceptionally();
    assertThat(answers.get(2)).isNotDone();
  }

  @Test
  void releasesPermitAfterTimeoutButKeepsResult() {
    AsyncLimiter turns = new AsyncLimiter(1);
    CompletableFuture<String> first = turns.submit(this::ask, Duration.ofMillis(20));
    CompletableFuture<String> second = turns.submit(this::ask, Duration.ofMinutes(1));

    Awaitility.await().until(() -> open.size() == 2);
    assertThat(first).isNotDone();
    open.get(0).complete("late");
    assertThat(first).isCompletedWithValue("late");

    CompletableFuture<String> third = turns.submit(this::ask, Duration.ofMinutes(1));
    assertThat(open).hasSize(2);
    open.get(1).completeExceptionally(new IllegalStateException("as the test wants it"));
    assertThat(second).isCompletedExceptionally();
    assertThat(open).hasSize(3);
    assertThat(third).isNotDone();
  }

  @Test
  void runsCallsInOrder() {
    AsyncLimiter turns = new AsyncLimiter(1);
    List<Integer> asked = new ArrayList<>();
    IntStream.range(0, 5)
        .<CompletableFuture<?>>mapToObj(
            i ->
                turns.submit(
                    () -> {
                      asked.add(i);
                      return ask();
                    }))
        .forEach(answer -> assertThat(answer).isNotDone());

    for (int i = 0; i < 5; i++) {
      open.get(i).complete("");
    }

    assertThat(asked).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void releasesPermitIfCallThrows() {
    AsyncLimiter turns = new AsyncLimiter(2);
    for (int i = 0; i < 10; i++) {
      assertThat(turns.submit(AsyncLimiterTest::throwing)).isCompletedExceptionally();
    }

    assertThat(turns.submit(() -> CompletableFuture.completedFuture("asked")))
        .isCompletedWithValue("asked");
  }

  @Test
  void runsCallSubmittedOnCompletion() {
    AsyncLimiter turns = new AsyncLimiter(1);
    CompletableFuture<String> second =
        turns.submit(this::ask).thenCompose(first -> turns.submit(this::ask));

    open.get(0).complete("first");
    open.get(1).complete("second");

    assertThat(second).isCompletedWithValue("second");
  }

  @Test
  void survivesTenThousandImmediateFailures() {
    AsyncLimiter turns = new AsyncLimiter(1);
    CompletableFuture<String> first = turns.submit(this::ask);
    List<CompletableFuture<String>> others =
        IntStream.range(0, MANY).mapToObj(i -> turns.submit(AsyncLimiterTest::throwing)).toList();
    CompletableFuture<String> last = turns.submit(() -> CompletableFuture.completedFuture("last"));

    open.get(0).complete("first");

    assertThat(first).isCompletedWithValue("first");
    assertThat(others)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .failsWithin(0, SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("as the test wants it"));
    assertThat(last).isCompletedWithValue("last");
  }

  @Test
  void survivesTenThousandChainedCompletions() {
    AsyncLimiter turns = new AsyncLimiter(1);
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<String> first = turns.submit(this::ask);
    IntStream.range(0, MANY)
        .forEach(
            i ->
                assertThat(
                        turns.submit(
                            () -> {
                              asked.incrementAndGet();
                              return CompletableFuture.completedFuture("");
                            }))
                    .isNotDone());

    open.get(0).complete("first");

    assertThat(first).isCompleted();
    assertThat(asked).hasValue(MANY);
  }

  @Test
  void runsAllCallsFromManyThreadsWithinLimit() throws Exception {
    AsyncLimiter turns = new AsyncLimiter(4);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(8);
    ExecutorService answering = Executors.newFixedThreadPool(4);
    ExecutorService asking = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<List<CompletableFuture<Integer>>>> askers =
          IntStream.range(0, 8)
              .mapToObj(
                  asker ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            await(start);
                            return IntStream.range(0, 2_000)
                                .mapToObj(
                                    i ->
                                        turns.submit(
                                            () -> {
                                              most.accumulateAndGet(
                                                  underWay.incrementAndGet(), Math::max);
                                              return CompletableFuture.supplyAsync(
                                                  underWay::decrementAndGet, answering);
                                            }))
                                .toList();
                          },
                          asking))
              .toList();
      for (CompletableFuture<List<CompletableFuture<Integer>>> asker : askers) {
        for (CompletableFuture<Integer> answer : asker.get(20, SECONDS)) {
          assertThat(answer).succeedsWithin(20, SECONDS);
        }
      }
    } finally {
      asking.shutdownNow();
      answering.shutdownNow();
    }

    assertThat(most.get()).isBetween(1, 4);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
