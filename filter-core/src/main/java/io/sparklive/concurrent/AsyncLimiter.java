package io.sparklive.concurrent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Lets so many questions be under way at once; the others wait for their turn, holding no thread.
 *
 * <p>Thread-safe.
 */
public final class AsyncLimiter {
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final Semaphore places;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param atOnce how many may be under way at once
   */
  public AsyncLimiter(int atOnce) {
    places = new Semaphore(atOnce);
  }

  /**
   * Asks in its turn.
   *
   * @param question asks, and returns what will come of it
   * @return the same; failed where the question throws
   */
  public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> question) {
    return submit(question, asked -> asked);
  }

  /**
   * Asks in its turn, and gives it up after a while if there is no answer: the question goes on.
   *
   * @param longest how long the next one waits for this answer
   */
  public <T> CompletableFuture<T> submit(
      Supplier<CompletableFuture<T>> question, Duration longest) {
    return submit(
        question, asked -> asked.copy().orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS));
  }

  private <T> CompletableFuture<T> submit(
      Supplier<CompletableFuture<T>> question, UnaryOperator<CompletableFuture<T>> turn) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    waiting.add(() -> ask(question, turn, answer));
    next();
    return answer;
  }

  /** One thread at a time, and never within itself: thousands may fail at once. */
  private void next() {
    int heard = calls.getAndIncrement() == 0 ? 1 : 0;
    while (heard != 0) {
      while (!waiting.isEmpty() && places.tryAcquire()) {
        waiting.remove().run();
      }
      heard = calls.addAndGet(-heard);
    }
  }

  private <T> void ask(
      Supplier<CompletableFuture<T>> question,
      UnaryOperator<CompletableFuture<T>> turn,
      CompletableFuture<T> answer) {
    CompletableFuture<T> asked;
    try {
      asked = requireNonNull(question.get());
    } catch (RuntimeException | Error e) {
      // Its place, and everybody's turn, must not be lost.
      asked = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<T> unusedTurn =
        turn.apply(asked)
            .whenComplete(
                (value, failure) -> {
                  places.release();
                  next();
                });
    CompletableFuture<T> unused =
        asked.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                answer.complete(value);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }
}
