package io.sparklive.turns;

import static java.util.Objects.requireNonNull;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so many questions be under way at once; the others wait for their turn, holding no thread.
 *
 * <p>Thread-safe.
 */
public final class Turns {
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final Semaphore places;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param atOnce how many may be under way at once
   */
  public Turns(int atOnce) {
    places = new Semaphore(atOnce);
  }

  /**
   * Asks in its turn.
   *
   * @param question asks, and returns what will come of it
   * @return the same; failed where the question throws
   */
  public <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    waiting.add(() -> ask(question, answer));
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

  private <T> void ask(Supplier<CompletableFuture<T>> question, CompletableFuture<T> answer) {
    CompletableFuture<T> asked;
    try {
      asked = requireNonNull(question.get());
    } catch (RuntimeException | Error e) {
      // Its place, and everybody's turn, must not be lost.
      asked = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<T> unused =
        asked.whenComplete(
            (value, failure) -> {
              places.release();
              next();
              if (failure == null) {
                answer.complete(value);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }
}
