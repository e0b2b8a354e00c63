package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.Sighting;
import io.sparklive.application.SourceStatus;
import io.sparklive.application.Witness;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a fixed list of addresses for drivers, each on its own: a slow one delays no other, and none
 * holds a thread while it thinks.
 *
 * <p>One failed question ends nothing. A driver has ended when its address refuses or answers as
 * something else three times in a row, or when another application answers there. One that is
 * silent is busy or out of reach, and stays; only after {@code patience} is it given up.
 */
public final class StaticDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StaticDrivers.class);

  private final List<Place> places = new ArrayList<>();
  private final Duration refresh;
  private final DriverApi drivers;
  private final ApplicationRegistry registry;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final Instant began;
  private volatile Instant lastSeen;
  private volatile boolean closed;

  /**
   * @param addresses where drivers may be
   * @param refresh how long after an answer an address is asked again
   * @param patience how long a driver that runs may be silent
   * @param scheduler starts the questions; it runs no long task
   */
  public StaticDrivers(
      Collection<DriverAddress> addresses,
      Duration refresh,
      Duration patience,
      DriverApi drivers,
      ApplicationRegistry registry,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    addresses.forEach(address -> places.add(new Place(address, patience)));
    this.refresh = refresh;
    this.drivers = drivers;
    this.registry = registry;
    this.scheduler = scheduler;
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Begins to ask. */
  public void start() {
    // One more a millisecond: thousands of addresses are not asked in one burst.
    for (int i = 0; i < places.size(); i++) {
      askLater(places.get(i), Duration.ofMillis(i));
    }
  }

  /** How this fares; empty where there is nobody to ask. */
  public Optional<SourceStatus> status() {
    if (places.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SourceStatus(
            "static",
            places.size() + " addresses",
            SourceStatus.State.UP,
            began,
            Optional.ofNullable(lastSeen),
            (int) places.stream().filter(Place::isRunning).count(),
            error()));
  }

  private Optional<String> error() {
    List<String> guarded =
        places.stream().filter(Place::isGuarded).map(p -> p.address.toString()).toList();
    return guarded.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: wants a login before it says what it runs; such a driver is found by its pod only"
                .formatted(
                    guarded.get(0)
                        + (guarded.size() > 1 ? " and " + (guarded.size() - 1) + " more" : "")));
  }

  /** Asks nobody any more. What is on its way is ignored when it comes back. */
  @Override
  public void close() {
    closed = true;
  }

  private void askLater(Place place, Duration delay) {
    if (closed) {
      return;
    }
    try {
      ScheduledFuture<?> unused =
          scheduler.schedule(() -> ask(place), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Shut down in the moment between: nobody is to be asked any more.
      closed = true;
    }
  }

  private void ask(Place place) {
    if (closed) {
      return;
    }
    CompletableFuture<Void> unused =
        reply(place)
            .thenAccept(reply -> hear(place, reply))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("What answered at {} could not be taken in", place.address, failure);
                  }
                  askLater(place, refresh);
                });
  }

  private CompletableFuture<DriverReply> reply(Place place) {
    try {
      return drivers.whatRunsAt(place.address);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void hear(Place place, DriverReply reply) {
    if (!closed) {
      place.hear(reply, clock.instant()).ifPresent(registry::apply);
    }
  }

  /** An id that was chosen may come again, with another start by the driver's own clock. */
  private record Run(ApplicationId id, Instant started) {}

  /** One address. It is asked once at a time, so its fields have one writer at a time. */
  private final class Place {
    private final DriverAddress address;
    private final Witness witness;
    private final Doubts doubts;
    private Optional<Run> running = Optional.empty();
    private Instant firstSeen = Instant.MAX;
    private boolean gone = true;
    private boolean guarded;

    Place(DriverAddress address, Duration patience) {
      this.address = address;
      this.witness = new Witness("static", address.toString());
      this.doubts = new Doubts(patience);
    }

    synchronized boolean isRunning() {
      return !gone;
    }

    synchronized boolean isGuarded() {
      return guarded;
    }

    synchronized Optional<Sighting> hear(DriverReply reply, Instant now) {
      guarded = reply instanceof DriverReply.Guarded;
      Optional<Sighting> sighting = sightingOf(reply, now);
      gone = sighting.map(Sighting.Gone.class::isInstance).orElse(gone);
      return sighting;
    }

    private Optional<Sighting> sightingOf(DriverReply reply, Instant now) {
      if (reply instanceof DriverReply.Runs runs) {
        return Optional.of(seen(runs, now));
      }
      boolean outOfReach =
          reply instanceof DriverReply.Silent || reply instanceof DriverReply.Unreachable;
      boolean givenUp = outOfReach ? doubts.lastTooLong(now) : doubts.areConfirmed();
      return givenUp ? Optional.of(new Sighting.Gone(witness, now)) : Optional.empty();
    }

    private Sighting seen(DriverReply.Runs runs, Instant now) {
      doubts.areOver();
      lastSeen = now;
      Run run = new Run(runs.id(), runs.facts().started());
      if (!running.equals(Optional.of(run))) {
        running = Optional.of(run);
        firstSeen = now;
      }
      return new Sighting.Seen(
          witness,
          runs.id(),
          true,
          // Whatever its clock says.
          runs.facts().startedBy(firstSeen),
          Optional.of(runs.address()),
          Optional.empty());
    }
  }
}
