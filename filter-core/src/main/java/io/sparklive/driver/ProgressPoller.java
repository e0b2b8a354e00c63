// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.concurrent.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the progress of drivers in the background: all viewed drivers together every two seconds,
 * and each other driver once in a longer interval, spread evenly over it. A driver that does not
 * respond is polled less and less often.
 *
 * <p>Thread-safe.
 */
public final class ProgressPoller {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressPoller.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  // How precisely the polls of drivers that no user views are spread.
  private static final long BACKGROUND_CHECK_MILLIS = 1000;
  // A page requests the progress in every interval, and may miss one.
  private static final Duration VIEW_TIMEOUT = Duration.ofSeconds(6);
  // A busy driver takes a while; one that takes longer than this is polled less often.
  private static final Duration SLOW_RESPONSE = Duration.ofMillis(1500);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
  private static final Backoff BACKOFF = Backoff.exponential(INTERVAL, MAX_PAUSE);
  // A scheduled poll is never early, but one may be late and the next on time.
  private static final Duration TOLERANCE = Duration.ofMillis(100);
  // How long a driver is not polled after a poll has ended. The requests of many polls wait for
  // each other, so a request may be sent long after its poll has started.
  private static final Duration REST = Duration.ofSeconds(1);

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final Duration backgroundInterval;
  private final ProgressPoll.Limits prompt = ProgressPoll.Limits.prompt();
  private final ProgressPoll.Limits slow = ProgressPoll.Limits.slow();
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  // Whether a poll is scheduled or runs.
  private final AtomicBoolean active = new AtomicBoolean();
  private final Map<ApplicationId, Instant> lastViews = new ConcurrentHashMap<>();
  private final Map<ApplicationId, DriverPoll> polls = new ConcurrentHashMap<>();
  private volatile Instant lastPoll;
  private volatile Instant lastBackgroundCheck;

  /**
   * The last poll of one driver.
   *
   * @param start when it started
   * @param pause how long the driver is not polled from then on
   * @param end when the driver had responded, or had failed to; empty until then
   */
  private record DriverPoll(Instant start, Duration pause, Optional<Instant> end) {
    boolean isNextDue(Instant now) {
      return end.isPresent()
          && !now.isBefore(start.plus(pause).minus(TOLERANCE))
          && !now.isBefore(end.get().plus(REST));
    }

    /**
     * The pause of a driver that fails is longer each time; that of a slow driver is a multiple of
     * its response time.
     */
    DriverPoll completed(ProgressPoll.Result result, Instant now) {
      Duration regular =
          result.longestResponse().compareTo(SLOW_RESPONSE) < 0
              ? INTERVAL
              : result.longestResponse().multipliedBy(4);
      Duration next = result.complete() ? regular : BACKOFF.delayAfter(pause);
      return new DriverPoll(
          start, next.compareTo(MAX_PAUSE) < 0 ? next : MAX_PAUSE, Optional.of(now));
    }

    boolean isSlow() {
      return pause.compareTo(INTERVAL) > 0;
    }
  }

  /**
   * @param registry the drivers to poll; gets their progress
   * @param backgroundInterval how often a driver is polled while no user views it; zero: never
   * @param scheduler starts each poll on its only thread, which is never blocked
   */
  public ProgressPoller(
      ApplicationRegistry registry,
      DriverApi drivers,
      Duration backgroundInterval,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.registry = registry;
    this.drivers = drivers;
    this.backgroundInterval = backgroundInterval;
    this.scheduler = scheduler;
    this.clock = clock;
    this.lastPoll = clock.instant().minus(INTERVAL);
    this.lastBackgroundCheck = clock.instant();
  }

  /** Starts polling drivers that no user views, until the scheduler is shut down. */
  public void start() {
    if (backgroundInterval.isZero()) {
      return;
    }
    PollSlots slots = new PollSlots(backgroundInterval);
    ScheduledFuture<?> unused =
        scheduler.scheduleWithFixedDelay(
            () -> pollInBackground(slots),
            BACKGROUND_CHECK_MILLIS,
            BACKGROUND_CHECK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** Marks applications as viewed now, and starts polling if it is not active. Never blocks. */
  public void markViewed(Collection<ApplicationId> applications) {
    Instant now = clock.instant();
    applications.forEach(id -> lastViews.put(id, now));
    if (!applications.isEmpty() && active.compareAndSet(false, true)) {
      schedule(restOfInterval());
    }
  }

  /**
   * The time until the next poll of viewed drivers; a whole interval while no application is
   * viewed.
   */
  public Duration untilNextPoll() {
    return active.get() ? restOfInterval() : INTERVAL;
  }

  private Duration restOfInterval() {
    Duration rest = Duration.between(clock.instant(), lastPoll.plus(INTERVAL));
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private void schedule(Duration delay) {
    try {
      ScheduledFuture<?> unused =
          scheduler.schedule(this::poll, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Progress polling stopped: the filter is stopping", e);
    }
  }

  private void poll() {
    try {
      lastPoll = clock.instant();
      lastViews.values().removeIf(at -> at.plus(VIEW_TIMEOUT).isBefore(lastPoll));
      pollDue(this::isDue, lastPoll);
    } catch (RuntimeException e) {
      LOG.warn("Cannot poll progress of drivers", e);
    } finally {
      scheduleNext();
    }
  }

  private void pollDue(Predicate<LiveApplication> isDue, Instant now) {
    List<LiveApplication> live =
        registry.all().stream().filter(a -> a.state() == ApplicationState.LIVE).toList();
    polls.keySet().retainAll(live.stream().map(LiveApplication::id).collect(Collectors.toSet()));
    live.stream().filter(isDue).forEach(application -> pollDriver(application, now));
  }

  private void pollInBackground(PollSlots slots) {
    try {
      Instant now = clock.instant();
      pollDue(application -> isDueInBackground(application.id(), slots, now), now);
      lastBackgroundCheck = now;
    } catch (RuntimeException e) {
      LOG.warn("Cannot poll progress of drivers", e);
    }
  }

  /** A viewed driver is not due: since its last poll, its pause has not passed. */
  private boolean isDueInBackground(ApplicationId id, PollSlots slots, Instant now) {
    DriverPoll last = polls.get(id);
    return last == null
        ? slots.isDue(id, lastBackgroundCheck, now)
        : last.isNextDue(now) && slots.isDue(id, last.start(), now);
  }

  /** Schedules the next poll, or ends polling if no application is viewed any more. */
  private void scheduleNext() {
    if (!lastViews.isEmpty()) {
      schedule(INTERVAL);
      return;
    }
    active.set(false);
    // A view may have come just before, when polling was still active.
    if (!lastViews.isEmpty() && active.compareAndSet(false, true)) {
      schedule(INTERVAL);
    }
  }

  private boolean isDue(LiveApplication application) {
    DriverPoll last = polls.get(application.id());
    return lastViews.containsKey(application.id()) && (last == null || last.isNextDue(lastPoll));
  }

  private void pollDriver(LiveApplication application, Instant now) {
    ApplicationId id = application.id();
    DriverPoll current =
        polls.compute(
            id,
            (same, last) ->
                new DriverPoll(now, last == null ? INTERVAL : last.pause(), Optional.empty()));
    CompletableFuture<Void> unused =
        new ProgressPoll(drivers, current.isSlow() ? slow : prompt, clock, application)
            .run()
            .exceptionally(
                failure -> {
                  LOG.warn("Cannot poll progress of the driver: application {}", id, failure);
                  return ProgressPoll.Result.NOTHING;
                })
            .thenAccept(
                result -> {
                  polls.computeIfPresent(
                      id,
                      (same, last) ->
                          last.equals(current) ? last.completed(result, clock.instant()) : last);
                  result
                      .progress()
                      .ifPresentOrElse(
                          progress -> report(application, progress),
                          () -> reportMissed(application, current.start()));
                });
  }

  private void report(LiveApplication application, Progress progress) {
    registry.apply(
        new DiscoveryEvent.ProgressReported(
            application.source(), application.id(), application.info().started(), progress));
  }

  private void reportMissed(LiveApplication application, Instant pollStart) {
    registry.apply(
        new DiscoveryEvent.ProgressMissed(
            application.source(),
            application.id(),
            application.info().started(),
            pollStart,
            clock.instant()));
  }
}
