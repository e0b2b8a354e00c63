// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A process that starts while others do. At most three start at a time: a JVM that starts waits
 * about half of its time, and more than that would only slow each other down. A start must not wait
 * for another. Thread-safe.
 *
 * @param <T> what represents the process
 */
public final class BackgroundStart<T extends AutoCloseable> implements AutoCloseable {
  private static final ExecutorService THREADS =
      Executors.newFixedThreadPool(
          3,
          task -> {
            Thread thread = new Thread(task, "start-process");
            thread.setDaemon(true);
            return thread;
          });

  private final CompletableFuture<T> started;

  /** Begins to start it. */
  public BackgroundStart(Supplier<T> start) {
    started = CompletableFuture.supplyAsync(start, THREADS);
  }

  /**
   * Waits until it has started.
   *
   * @throws IllegalStateException if its start failed, with the cause
   */
  public T get() {
    try {
      return started.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Ends it as soon as it has started; does nothing if its start failed. */
  @Override
  public void close() {
    try {
      if (started.handle((process, failure) -> failure == null).join()) {
        get().close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
