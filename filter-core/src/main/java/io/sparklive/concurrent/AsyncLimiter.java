// SPDX-License-Identifier: Apache-2.0
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
 * Limits the number of concurrent asynchronous tasks. Further tasks wait in a queue and hold no
 * thread.
 *
 * <p>Thread-safe.
 */
public final class AsyncLimiter {
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final Semaphore permits;
  private final AtomicInteger drainRequests = new AtomicInteger();

  /**
   * @param maxConcurrent how many tasks may run at the same time
   */
  public AsyncLimiter(int maxConcurrent) {
    permits = new Semaphore(maxConcurrent);
  }

  /**
   * Starts a task as soon as a permit is free. The task holds the permit until it is done.
   *
   * @param task starts the work, and returns its future result
   * @return the result; failed if the task throws
   */
  public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> task) {
    return submit(task, UnaryOperator.identity());
  }

  /**
   * Starts a task as soon as a permit is free. After a time limit the task loses its permit, but
   * continues, and its result is still returned.
   *
   * @param maxHold how long the task holds the permit at most
   * @return the result; failed if the task throws
   */
  public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> task, Duration maxHold) {
    return submit(
        task, result -> result.copy().orTimeout(maxHold.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * @param permitEnd the future whose completion releases the permit, made of the task's result
   */
  private <T> CompletableFuture<T> submit(
      Supplier<CompletableFuture<T>> task, UnaryOperator<CompletableFuture<T>> permitEnd) {
    CompletableFuture<T> result = new CompletableFuture<>();
    queue.add(() -> start(task, permitEnd, result));
    drain();
    return result;
  }

  /**
   * Starts queued tasks while there are permits. One thread at a time does so, and never within
   * itself: thousands of tasks may fail at once.
   */
  private void drain() {
    int pending = drainRequests.getAndIncrement() == 0 ? 1 : 0;
    while (pending != 0) {
      while (!queue.isEmpty() && permits.tryAcquire()) {
        queue.remove().run();
      }
      pending = drainRequests.addAndGet(-pending);
    }
  }

  private <T> void start(
      Supplier<CompletableFuture<T>> task,
      UnaryOperator<CompletableFuture<T>> permitEnd,
      CompletableFuture<T> result) {
    CompletableFuture<T> started;
    try {
      started = requireNonNull(task.get());
    } catch (RuntimeException | Error e) {
      // The permit must not be lost, and the queue must not stop.
      started = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<T> unusedPermitEnd =
        permitEnd
            .apply(started)
            .whenComplete(
                (value, failure) -> {
                  permits.release();
                  drain();
                });
    CompletableFuture<T> unused =
        started.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(failure);
              }
            });
  }
}
