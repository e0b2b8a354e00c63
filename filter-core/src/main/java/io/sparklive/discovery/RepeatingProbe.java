// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a probe: sends a request, waits for the reply to be processed, and schedules the next
 * request. There is never more than one request in flight.
 *
 * <p>Thread-safe. No lock is held while the probe runs.
 */
public final class RepeatingProbe {
  private final ProbeScheduler scheduler;
  private final Supplier<CompletableFuture<Optional<Duration>>> probe;
  private final Function<Throwable, Optional<Duration>> onFailure;
  private boolean inFlight;
  private @Nullable ScheduledFuture<?> next;

  /**
   * @param probe sends a request without waiting for the reply. The result completes when the reply
   *     has been processed, with the delay until the next request; if it is empty, none follows
   *     until {@link #runNow} or {@link #runAfter} is called
   * @param onFailure receives the failure of a probe, and returns the delay in the same way
   */
  public RepeatingProbe(
      ProbeScheduler scheduler,
      Supplier<CompletableFuture<Optional<Duration>>> probe,
      Function<Throwable, Optional<Duration>> onFailure) {
    this.scheduler = scheduler;
    this.probe = probe;
    this.onFailure = onFailure;
  }

  /**
   * Sends the next request after this delay instead of the scheduled time. If a request is in
   * flight, this has no effect.
   */
  public synchronized void runAfter(Duration delay) {
    if (!inFlight) {
      schedule(delay);
    }
  }

  /**
   * Sends the next request now, on the thread of the caller. If a request is in flight, or the
   * scheduler is closed, this has no effect.
   *
   * @return completes when the reply has been processed and the next request is scheduled
   */
  public CompletableFuture<Void> runNow() {
    synchronized (this) {
      if (inFlight || scheduler.isClosed()) {
        return CompletableFuture.completedFuture(null);
      }
      inFlight = true;
      cancelNext();
    }
    return send()
        .exceptionally(onFailure)
        .handle((delay, failure) -> failure == null ? delay : Optional.<Duration>empty())
        .thenAccept(delay -> finish(delay.orElse(null)));
  }

  private CompletableFuture<Optional<Duration>> send() {
    try {
      return probe.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized void finish(@Nullable Duration delay) {
    inFlight = false;
    if (delay != null) {
      schedule(delay);
    }
  }

  private void schedule(Duration delay) {
    cancelNext();
    next =
        scheduler
            .schedule(
                () -> {
                  CompletableFuture<Void> unused = runNow();
                },
                delay)
            .orElse(null);
  }

  private void cancelNext() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }
}
