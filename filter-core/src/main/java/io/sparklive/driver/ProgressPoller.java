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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks drivers how far they are, while somebody looks: all in one beat, in the background. One that
 * does not tell is asked less and less often.
 *
 * <p>Thread-safe.
 */
public final class ProgressPoller {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressPoller.class);
  private static final Duration BEAT = Duration.ofSeconds(2);
  // A page looks in every beat, and may miss one.
  private static final Duration ATTENTION = Duration.ofSeconds(6);
  // Busy drivers think for a while; one that needs longer is left alone for longer.
  private static final Duration SLOW = Duration.ofMillis(1500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Backoff BACKOFF = Backoff.exponential(BEAT, LONGEST_PAUSE);
  // A beat is never early, but one may be late and the next on time.
  private static final Duration TOLERANCE = Duration.ofMillis(100);

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final PollBulkhead prompt = PollBulkhead.prompt();
  private final PollBulkhead slow = PollBulkhead.slow();
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final AtomicBoolean beating = new AtomicBoolean();
  private final Map<ApplicationId, Instant> looks = new ConcurrentHashMap<>();
  private final Map<ApplicationId, Asked> asked = new ConcurrentHashMap<>();
  private volatile Instant lastBeat;

  /**
   * When a driver was asked.
   *
   * @param at when that was
   * @param pause how long it is left alone from then on
   * @param over whether it has answered, or will not
   */
  private record Asked(Instant at, Duration pause, boolean over) {
    boolean isEnough(Instant now) {
      return over && !now.isBefore(at.plus(pause).minus(TOLERANCE));
    }

    /**
     * One that fails is left alone for longer each time, one that is slow for as long as it asks
     * for.
     */
    Asked answered(ProgressPoll.Told told) {
      Duration fair = told.longest().compareTo(SLOW) < 0 ? BEAT : told.longest().multipliedBy(4);
      Duration next = told.whole() ? fair : BACKOFF.delayAfter(pause);
      return new Asked(at, next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE, true);
    }

    boolean isSlow() {
      return pause.compareTo(BEAT) > 0;
    }
  }

  /**
   * @param registry whose drivers are asked, and who is told
   * @param scheduler on whose thread a beat begins; it waits for nobody there
   */
  public ProgressPoller(
      ApplicationRegistry registry,
      DriverApi drivers,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.registry = registry;
    this.drivers = drivers;
    this.scheduler = scheduler;
    this.clock = clock;
    this.lastBeat = clock.instant().minus(BEAT);
  }

  /** Says that somebody looks at these now. It waits for nobody. */
  public void lookAt(Collection<ApplicationId> applications) {
    Instant now = clock.instant();
    applications.forEach(id -> looks.put(id, now));
    if (!applications.isEmpty() && beating.compareAndSet(false, true)) {
      beatIn(leftOfBeat());
    }
  }

  /** How long it takes until drivers are asked again; a whole beat while nobody looks at any. */
  public Duration untilNextBeat() {
    return beating.get() ? leftOfBeat() : BEAT;
  }

  private Duration leftOfBeat() {
    Duration left = Duration.between(clock.instant(), lastBeat.plus(BEAT));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void beatIn(Duration time) {
    try {
      ScheduledFuture<?> unused =
          scheduler.schedule(this::beat, time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("It is over: nobody is asked any more", e);
    }
  }

  private void beat() {
    try {
      lastBeat = clock.instant();
      looks.values().removeIf(at -> at.plus(ATTENTION).isBefore(lastBeat));
      List<LiveApplication> live =
          registry.all().stream().filter(a -> a.state() == ApplicationState.LIVE).toList();
      asked.keySet().retainAll(live.stream().map(LiveApplication::id).collect(Collectors.toSet()));
      live.stream().filter(this::isToBeAsked).forEach(this::ask);
    } catch (RuntimeException e) {
      LOG.warn("Drivers cannot be asked how far they are", e);
    } finally {
      goOn();
    }
  }

  private void goOn() {
    if (!looks.isEmpty()) {
      beatIn(BEAT);
      return;
    }
    beating.set(false);
    // Somebody may have looked just before, and seen it beat.
    if (!looks.isEmpty() && beating.compareAndSet(false, true)) {
      beatIn(BEAT);
    }
  }

  private boolean isToBeAsked(LiveApplication application) {
    Asked before = asked.get(application.id());
    return looks.containsKey(application.id()) && (before == null || before.isEnough(lastBeat));
  }

  private void ask(LiveApplication application) {
    ApplicationId id = application.id();
    Asked now =
        asked.compute(
            id,
            (same, before) -> new Asked(lastBeat, before == null ? BEAT : before.pause(), false));
    CompletableFuture<Void> unused =
        new ProgressPoll(drivers, now.isSlow() ? slow : prompt, clock, application)
            .ask()
            .exceptionally(
                failure -> {
                  LOG.warn("The driver of {} cannot be asked how far it is", id, failure);
                  return ProgressPoll.Told.NOTHING;
                })
            .thenAccept(
                told -> {
                  asked.computeIfPresent(
                      id, (same, asking) -> asking.equals(now) ? asking.answered(told) : asking);
                  told.progress().ifPresent(progress -> apply(application, progress));
                });
  }

  private void apply(LiveApplication application, Progress told) {
    registry.apply(
        new DiscoveryEvent.ProgressReported(
            application.source(), application.id(), application.info().started(), told));
  }
}
