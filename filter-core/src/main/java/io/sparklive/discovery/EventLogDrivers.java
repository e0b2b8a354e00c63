package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.Backoff;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.LoggedDriver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drivers that nothing shows but their own event log, looked for when a person asks for one. That
 * replays the log, and a driver that was killed leaves a log that never ends: what was not found is
 * not looked for again soon, and later each time.
 *
 * <p>Thread-safe.
 */
public final class EventLogDrivers {
  private static final Logger LOG = LoggerFactory.getLogger(EventLogDrivers.class);
  private static final int AT_ONCE = 2;
  private static final int MOST_REMEMBERED = 1000;
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofMinutes(1), Duration.ofMinutes(64));

  private final ClientModeDrivers clientDrivers;
  private final InstantSource clock;
  private final Set<ApplicationId> underWay = new HashSet<>();
  private final Map<ApplicationId, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApplicationId, Failure> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  private record Failure(int times, Instant restsUntil, ClientModeDrivers.NotFound result) {}

  public EventLogDrivers(ClientModeDrivers clientDrivers, InstantSource clock) {
    this.clientDrivers = clientDrivers;
    this.clock = clock;
  }

  /**
   * Looks for the driver of an application in the background, unless that was in vain of late.
   *
   * @param catalog where its event log is, asked as the person may ask it
   * @return whether asking again soon may find the application running
   */
  public synchronized boolean isLookedFor(ApplicationId id, HistoryCatalog catalog) {
    Failure failure = failures.get(id);
    if (failure != null && clock.instant().isBefore(failure.restsUntil())) {
      return false;
    }
    if (underWay.size() < AT_ONCE && underWay.add(id)) {
      CompletableFuture<Void> unused =
          clientDrivers.look(new LogClaim(id, catalog)).thenAccept(result -> over(id, result));
    }
    return true;
  }

  /**
   * Why the last search for the driver of this application was in vain; empty if there was none, or
   * it is found. It names the host in the event log: show it only to users who may view that.
   */
  public synchronized Optional<String> lastFailure(ApplicationId id) {
    return Optional.ofNullable(failures.get(id)).map(failure -> failure.result().why());
  }

  /**
   * The drivers that settings keep from being found, for as long as no search is made again. No
   * host and no address is named: health is shown to users who may not view the application.
   */
  public synchronized List<String> errors() {
    Instant now = clock.instant();
    return failures.entrySet().stream()
        .filter(failure -> now.isBefore(failure.getValue().restsUntil()))
        .flatMap(
            failure ->
                failure.getValue().result().exclusion().stream()
                    .map(exclusion -> error(failure.getKey(), exclusion)))
        .toList();
  }

  private static String error(ApplicationId id, String why) {
    return "application %s, event log: %s".formatted(id, why);
  }

  private synchronized void over(ApplicationId id, Optional<ClientModeDrivers.NotFound> result) {
    underWay.remove(id);
    Optional<Failure> before = Optional.ofNullable(failures.remove(id));
    if (result.isEmpty()) {
      return;
    }
    ClientModeDrivers.NotFound notFound = result.get();
    if (notFound.exclusion().isPresent()
        && before.filter(f -> f.result().equals(notFound)).isEmpty()) {
      LOG.warn("A driver is not found because of a setting: {}", error(id, notFound.why()));
    }
    int times = before.map(Failure::times).orElse(0);
    Instant restsUntil = clock.instant().plus(BACKOFF.delay(times));
    failures.put(id, new Failure(times + 1, restsUntil, notFound));
  }

  /** What an event log says. */
  private record LogClaim(ApplicationId id, HistoryCatalog catalog)
      implements ClientModeDrivers.Claim {
    @Override
    public String claimant() {
      return "event log";
    }

    @Override
    public Optional<String> namespace() {
      return Optional.empty();
    }

    @Override
    public boolean isBackedUp() {
      return false;
    }

    @Override
    public boolean isMoot() {
      return false;
    }

    @Override
    public CandidateHosts whereabouts() throws IOException {
      LoggedDriver driver =
          catalog
              .loggedDriver(id)
              .orElseThrow(() -> new IOException("its event log does not say where it is"));
      List<String> hosts = CandidateHosts.hosts(driver.host(), driver.namespace());
      if (hosts.isEmpty()) {
        throw new IOException("its event log names a host that cannot be one");
      }
      return new CandidateHosts(hosts, driver.uiPort());
    }
  }
}
