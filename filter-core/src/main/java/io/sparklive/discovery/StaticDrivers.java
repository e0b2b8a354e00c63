// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.SourceStatus;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a fixed list of addresses for drivers, each independently: a slow driver delays no other,
 * and none blocks a thread until it responds.
 *
 * <p>A single failed request ends nothing. A driver has ended if its address refuses connections or
 * another program responds there three times in a row, or if another application responds there. A
 * driver that does not respond in time is busy or out of reach, and stays listed for {@code
 * noResponseTimeout}.
 *
 * <p>A host name is resolved again at each refresh; if it has several addresses, each is polled.
 */
public final class StaticDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StaticDrivers.class);

  // Each port of a name is polled at each of its addresses.
  private static final int MAX_ENDPOINTS = 10_000;

  // Three refusals end an application: a killed driver is then not listed for long.
  private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(1);

  private final List<StaticDriverTarget> targets;
  private final DriverNames names;
  private final Duration refresh;
  private final Duration retry;
  private final DriverApi drivers;
  private final ApplicationRegistry registry;
  private final ProbeScheduler scheduler;
  private final InstantSource clock;
  private final Instant began;
  private volatile @Nullable Instant lastSeen;
  private final Semaphore freeEndpoints = new Semaphore(MAX_ENDPOINTS);
  private final AtomicBoolean limitReported = new AtomicBoolean();

  /**
   * @param addresses where drivers may run
   * @param names resolves the hosts of the addresses
   * @param refresh how long after its reply an address is polled again
   * @param noResponseTimeout how long a driver may accept connections without a response
   * @param scheduler starts the requests; it runs no long task
   */
  public StaticDrivers(
      Collection<DriverAddress> addresses,
      DriverNames names,
      Duration refresh,
      Duration noResponseTimeout,
      DriverApi drivers,
      ApplicationRegistry registry,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.targets =
        addresses.stream()
            .map(address -> new StaticDriverTarget(address, noResponseTimeout))
            .toList();
    this.names = names;
    this.refresh = refresh;
    this.retry = RETRY_AFTER_FAILURE.compareTo(refresh) < 0 ? RETRY_AFTER_FAILURE : refresh;
    this.drivers = drivers;
    this.registry = registry;
    this.scheduler = new ProbeScheduler(scheduler);
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Starts to poll. */
  public void start() {
    // One more each millisecond: thousands of addresses are not polled in one burst.
    for (int i = 0; i < targets.size(); i++) {
      poll(targets.get(i), targets.get(i).address(), Duration.ofMillis(i));
    }
    targets.stream()
        .collect(Collectors.groupingBy(target -> target.address().host()))
        .forEach(
            (host, ofHost) -> {
              if (!CandidateHosts.isLiteral(host)) {
                resolve(host, ofHost);
              }
            });
  }

  private void resolve(String host, List<StaticDriverTarget> ofHost) {
    RepeatingProbe resolution =
        new RepeatingProbe(
            scheduler,
            () ->
                names
                    .addressesOf(host)
                    .thenApply(addresses -> onAddresses(host, addresses, ofHost)),
            failure -> {
              LOG.warn("Cannot process the addresses of {}", host, failure);
              return Optional.of(refresh);
            });
    CompletableFuture<Void> unused = resolution.runNow();
  }

  private Optional<Duration> onAddresses(
      String host, List<String> addresses, List<StaticDriverTarget> ofHost) {
    for (StaticDriverTarget target : ofHost) {
      target
          .updateAddresses(addresses, this::reserveEndpoint)
          .forEach(at -> poll(target, at, Duration.ZERO));
    }
    names.retainAddresses(
        host,
        ofHost.stream().flatMap(target -> target.hosts().stream()).collect(Collectors.toSet()));
    return Optional.of(refresh);
  }

  private boolean reserveEndpoint() {
    boolean reserved = freeEndpoints.tryAcquire();
    if (!reserved && !limitReported.getAndSet(true)) {
      LOG.warn(
          "drivers: names have more than {} addresses and ports; only the first ones are polled",
          MAX_ENDPOINTS);
    }
    return reserved;
  }

  /** The status of this source; empty if no addresses are set. */
  public Optional<SourceStatus> status() {
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SourceStatus(
            "static",
            targets.size() == 1 ? "1 address" : targets.size() + " addresses",
            SourceStatus.State.UP,
            began,
            Optional.ofNullable(lastSeen),
            (int) targets.stream().flatMap(target -> target.running().stream()).distinct().count(),
            error()));
  }

  private Optional<String> error() {
    List<String> requireLogin =
        targets.stream()
            .flatMap(target -> target.endpointsThatRequireLogin().stream())
            .map(DriverAddress::toString)
            .toList();
    if (requireLogin.isEmpty()) {
      return Optional.empty();
    }
    int more = requireLogin.size() - 1;
    return Optional.of(
        "%s: requires its own login, so its application id is not available; such a driver is discovered by its pod only"
            .formatted(requireLogin.get(0) + (more > 0 ? " and " + more + " more" : "")));
  }

  /** Stops polling. Replies to requests in flight are ignored. */
  @Override
  public void close() {
    scheduler.close();
  }

  private void poll(StaticDriverTarget target, DriverAddress at, Duration delay) {
    new RepeatingProbe(
            scheduler,
            () -> probe(target, at),
            failure -> {
              LOG.warn("Cannot process the reply from {}", at, failure);
              return Optional.of(delayAfterReply(target, at));
            })
        .runAfter(delay);
  }

  private CompletableFuture<Optional<Duration>> probe(StaticDriverTarget target, DriverAddress at) {
    if (target.removeIfUnresolved(at)) {
      freeEndpoints.release();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (target.isReplaced(at)) {
      target.replaceByAddresses(clock.instant(), registry::apply);
      return CompletableFuture.completedFuture(Optional.of(refresh));
    }
    return drivers.probe(at).thenApply(reply -> onReply(target, at, reply));
  }

  private Optional<Duration> onReply(
      StaticDriverTarget target, DriverAddress at, ProbeResult reply) {
    if (scheduler.isClosed()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (reply instanceof ProbeResult.Running) {
      lastSeen = now;
    }
    target.onReply(at, reply, now, registry::apply);
    return Optional.of(delayAfterReply(target, at));
  }

  private Duration delayAfterReply(StaticDriverTarget target, DriverAddress at) {
    return target.mayHaveEnded(at) ? retry : refresh;
  }
}
