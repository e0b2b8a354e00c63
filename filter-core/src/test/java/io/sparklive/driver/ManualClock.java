// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A clock that the test advances, and a scheduler that runs its due tasks on the thread that
 * advances it. Thread-safe, but one thread at a time may advance it.
 */
final class ManualClock implements InstantSource {
  private final ScheduledExecutorService scheduler = new Scheduler();
  private final List<Task> tasks = new ArrayList<>();
  private volatile Instant now;

  private record Task(Instant at, Runnable run) {}

  /** Passes tasks to the clock; it has no task of its own, and so no thread. */
  private final class Scheduler extends ScheduledThreadPoolExecutor {
    Scheduler() {
      super(0);
    }

    @Override
    public @Nullable ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      add(new Task(now.plus(delay, unit.toChronoUnit()), task));
      return null;
    }

    @Override
    public @Nullable ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long initialDelay, long delay, TimeUnit unit) {
      return schedule(
          () -> {
            task.run();
            ScheduledFuture<?> unused = scheduleWithFixedDelay(task, delay, delay, unit);
          },
          initialDelay,
          unit);
    }
  }

  ManualClock(Instant now) {
    this.now = now;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** The number of scheduled tasks. */
  synchronized int waiting() {
    return tasks.size();
  }

  /** Advances the time, and runs the tasks that are due until then in their order. */
  void turn(Duration by) {
    Instant end = now.plus(by);
    for (Optional<Task> task = nextUntil(end); task.isPresent(); task = nextUntil(end)) {
      now = task.get().at().isAfter(now) ? task.get().at() : now;
      task.get().run().run();
    }
    now = end;
  }

  private synchronized void add(Task task) {
    tasks.add(task);
  }

  private synchronized Optional<Task> nextUntil(Instant end) {
    Optional<Task> next =
        tasks.stream().min(Comparator.comparing(Task::at)).filter(task -> !task.at().isAfter(end));
    next.ifPresent(tasks::remove);
    return next;
  }
}
