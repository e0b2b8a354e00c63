package io.sparklive.discovery;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.SourceStatus;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a fixed list of addresses for drivers, each on its own: a slow one delays no other, and none
 * holds a thread while it thinks.
 *
 * <p>One failed question ends nothing. A driver has ended when its address refuses or answers as
 * something else three times in a row, or when another application answers there. One that is
 * silent is busy or out of reach, and stays; only after {@code patience} is it given up.
 *
 * <p>A host name is resolved again at each refresh; if it has several addresses, each is polled.
 */
public final class StaticDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StaticDrivers.class);

  // Each port of a name is polled at each of its addresses.
  private static final int MOST_SPOTS = 10_000;

  // Three refusals end an application: a driver that was killed need not be listed for long.
  private static final Duration DOUBT = Duration.ofSeconds(1);

  private final List<StaticDriverTarget> places;
  private final DriverNames names;
  private final Duration refresh;
  private final DriverApi drivers;
  private final ApplicationRegistry registry;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final Instant began;
  private volatile Instant lastSeen;
  private final Semaphore room = new Semaphore(MOST_SPOTS);
  private final AtomicBoolean bounded = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * @param addresses where drivers may be
   * @param names resolves the hosts of these
   * @param refresh how long after an answer an address is asked again
   * @param patience how long a driver that runs may be silent
   * @param scheduler starts the questions; it runs no long task
   */
  public StaticDrivers(
      Collection<DriverAddress> addresses,
      DriverNames names,
      Duration refresh,
      Duration patience,
      DriverApi drivers,
      ApplicationRegistry registry,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.places =
        addresses.stream().map(address -> new StaticDriverTarget(address, patience)).toList();
    this.names = names;
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
      askLater(places.get(i), places.get(i).address(), Duration.ofMillis(i));
    }
    places.stream()
        .collect(Collectors.groupingBy(place -> place.address().host()))
        .forEach(
            (host, ofHost) -> {
              if (!CandidateHosts.isLiteral(host)) {
                resolve(host, ofHost);
              }
            });
  }

  private void resolve(String host, List<StaticDriverTarget> ofHost) {
    if (closed) {
      return;
    }
    CompletableFuture<Void> unused =
        names
            .addressesOf(host)
            .thenAccept(
                addresses -> {
                  ofHost.forEach(place -> take(place, addresses));
                  names.keep(
                      host,
                      ofHost.stream()
                          .flatMap(place -> place.hosts().stream())
                          .collect(Collectors.toSet()));
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("The addresses of {} could not be taken in", host, failure);
                  }
                  later(() -> resolve(host, ofHost), refresh);
                });
  }

  private void take(StaticDriverTarget place, List<String> addresses) {
    place.resolve(addresses, this::mayAddSpot).forEach(at -> askLater(place, at, Duration.ZERO));
  }

  private boolean mayAddSpot() {
    boolean added = room.tryAcquire();
    if (!added && !bounded.getAndSet(true)) {
      LOG.warn(
          "drivers: names have more than {} addresses and ports; only the first ones are polled",
          MOST_SPOTS);
    }
    return added;
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
            (int) places.stream().flatMap(place -> place.running().stream()).distinct().count(),
            error()));
  }

  private Optional<String> error() {
    List<String> guarded =
        places.stream()
            .flatMap(place -> place.guarded().stream())
            .map(DriverAddress::toString)
            .toList();
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

  private void askLater(StaticDriverTarget place, DriverAddress at, Duration delay) {
    later(() -> ask(place, at), delay);
  }

  private void later(Runnable task, Duration delay) {
    if (closed) {
      return;
    }
    try {
      ScheduledFuture<?> unused = scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Shut down in the moment between: nobody is to be asked any more.
      closed = true;
    }
  }

  private void ask(StaticDriverTarget place, DriverAddress at) {
    if (closed) {
      return;
    }
    if (place.removeIfVanished(at)) {
      room.release();
      return;
    }
    if (place.isReplaced(at)) {
      place.replace(clock.instant(), registry::apply);
      askLater(place, at, refresh);
      return;
    }
    CompletableFuture<Void> unused =
        reply(at)
            .thenAccept(reply -> hear(place, at, reply))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("What answered at {} could not be taken in", at, failure);
                  }
                  askLater(
                      place,
                      at,
                      place.isInDoubt(at) && DOUBT.compareTo(refresh) < 0 ? DOUBT : refresh);
                });
  }

  private CompletableFuture<DriverReply> reply(DriverAddress at) {
    try {
      return drivers.whatRunsAt(at);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void hear(StaticDriverTarget place, DriverAddress at, DriverReply reply) {
    if (closed) {
      return;
    }
    Instant now = clock.instant();
    if (reply instanceof DriverReply.Runs) {
      lastSeen = now;
    }
    place.hear(at, reply, now, registry::apply);
  }
}
