package io.sparklive.it.shared;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Starts processes side by side, each on a thread of its own: a start waits for another process and
 * must not occupy a thread of the common pool.
 */
public final class Starting {

  private Starting() {}

  /** Runs a start on a thread of its own. */
  public static <T> CompletableFuture<T> of(Supplier<T> start) {
    CompletableFuture<T> started = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                started.complete(start.get());
              } catch (Throwable e) {
                started.completeExceptionally(e);
              }
            },
            "start");
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  /**
   * What was started, once it has.
   *
   * @throws IllegalStateException if the start failed, with the cause
   */
  public static <T> T join(CompletableFuture<T> started) {
    try {
      return started.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Closes what was started, once it has; does nothing if the start failed. */
  public static <T> void close(CompletableFuture<T> started, Consumer<? super T> close) {
    started
        .handle((value, failure) -> value)
        .thenAccept(
            value -> {
              if (value != null) {
                close.accept(value);
              }
            })
        .join();
  }
}
