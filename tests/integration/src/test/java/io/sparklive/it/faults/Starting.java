package io.sparklive.it.faults;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A process that starts while others do. At most three start at a time: a JVM that starts waits
 * about half of its time, and more than that would only slow each other down. Thread-safe.
 *
 * @param <T> what represents the process
 */
final class Starting<T extends AutoCloseable> implements AutoCloseable {
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
  Starting(Supplier<T> start) {
    started = CompletableFuture.supplyAsync(start, THREADS);
  }

  /** Waits until it has started; throws what its start threw. */
  T get() {
    return started.join();
  }

  /** Ends it, as soon as it has started. */
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
