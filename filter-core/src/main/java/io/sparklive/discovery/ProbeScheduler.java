// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Schedules all {@link RepeatingProbe}s of one source of drivers until the source is closed. If its
 * executor is shut down, it closes too.
 *
 * <p>Thread-safe.
 */
public final class ProbeScheduler implements AutoCloseable {
  private final ScheduledExecutorService executor;
  private volatile boolean closed;

  /**
   * @param executor starts the probes; it runs no long tasks, and is not shut down here
   */
  public ProbeScheduler(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /** Schedules this task; returns an empty result if no more tasks run. */
  Optional<ScheduledFuture<?>> schedule(Runnable task, Duration delay) {
    if (closed) {
      return Optional.empty();
    }
    try {
      return Optional.of(executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException e) {
      // The executor was shut down before this source.
      closed = true;
      return Optional.empty();
    }
  }

  /** Whether no probe starts any more. If so, the reply to a probe in flight must be ignored. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
