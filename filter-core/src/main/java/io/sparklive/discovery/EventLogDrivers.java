// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.Backoff;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches for a driver that only its event log shows, when a user requests the application. A
 * search replays the log, and the log of a killed driver stays incomplete for ever. Therefore the
 * next search waits after one without a result, longer each time.
 *
 * <p>Thread-safe.
 */
public final class EventLogDrivers {
  private static final Logger LOG = LoggerFactory.getLogger(EventLogDrivers.class);
  private static final int MAX_CONCURRENT_SEARCHES = 2;
  private static final int MAX_FAILURES = 1000;
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofMinutes(1), Duration.ofMinutes(64));

  private final ClientModeDrivers clientDrivers;
  private final InstantSource clock;
  private final Set<ApplicationId> searches = new HashSet<>();
  private final Map<ApplicationId, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApplicationId, Failure> eldest) {
          return size() > MAX_FAILURES;
        }
      };

  private record Failure(int count, Instant retryAt, ClientModeDrivers.NotFound result) {}

  public EventLogDrivers(ClientModeDrivers clientDrivers, InstantSource clock) {
    this.clientDrivers = clientDrivers;
    this.clock = clock;
  }

  /**
   * Starts a search for the driver of an application in the background, unless the last one failed
   * a short time ago.
   *
   * @param catalog the catalog with its event log, with the permissions of the user
   * @return whether a search runs or is due, so that another request soon may find the application
   *     running
   */
  public synchronized boolean startSearch(ApplicationId id, HistoryCatalog catalog) {
    Failure failure = failures.get(id);
    if (failure != null && clock.instant().isBefore(failure.retryAt())) {
      return false;
    }
    if (searches.size() < MAX_CONCURRENT_SEARCHES && searches.add(id)) {
      CompletableFuture<Void> unused =
          clientDrivers
              .startSearch(new EventLogHint(id, catalog))
              .thenAccept(notFound -> onResult(id, notFound.orElse(null)));
    }
    return true;
  }

  /**
   * Why the last search did not find the driver of this application; empty if there was no search,
   * or the driver is found. The text names the host in the event log: show it only to users who may
   * view the application.
   */
  public synchronized Optional<String> lastFailure(ApplicationId id) {
    return Optional.ofNullable(failures.get(id)).map(failure -> failure.result().why());
  }

  /**
   * The drivers that were not found because of a setting, until their next search is due. The texts
   * name no host and no address, as users who may not view the application can see health.
   */
  public synchronized List<String> errors() {
    Instant now = clock.instant();
    return failures.entrySet().stream()
        .filter(failure -> now.isBefore(failure.getValue().retryAt()))
        .flatMap(
            failure ->
                failure.getValue().result().exclusion().stream()
                    .map(exclusion -> error(failure.getKey(), exclusion)))
        .toList();
  }

  private static String error(ApplicationId id, String why) {
    return "application %s, event log: %s".formatted(id, why);
  }

  /**
   * @param notFound the reason if the search did not find the driver
   */
  private synchronized void onResult(
      ApplicationId id, ClientModeDrivers.@Nullable NotFound notFound) {
    searches.remove(id);
    Failure before = failures.remove(id);
    if (notFound == null) {
      return;
    }
    if (notFound.exclusion().isPresent() && (before == null || !before.result().equals(notFound))) {
      LOG.warn("Driver not found because of a setting: {}", error(id, notFound.why()));
    }
    int count = before == null ? 0 : before.count();
    Instant retryAt = clock.instant().plus(BACKOFF.delay(count));
    failures.put(id, new Failure(count + 1, retryAt, notFound));
  }

  /** The hint from the settings in the event log of an application. */
  private record EventLogHint(ApplicationId id, HistoryCatalog catalog) implements DriverHint {
    @Override
    public String origin() {
      return "event log";
    }

    @Override
    public Optional<String> namespace() {
      return Optional.empty();
    }

    @Override
    public boolean hasRunningExecutors() {
      return false;
    }

    @Override
    public boolean isObsolete() {
      return false;
    }

    @Override
    public CandidateHosts candidateHosts() throws IOException {
      EventLogEndpoint driver =
          catalog
              .loggedDriver(id)
              .orElseThrow(() -> new IOException("its event log has no address of its driver"));
      List<String> hosts = CandidateHosts.hosts(driver.host(), driver.namespace().orElse(null));
      if (hosts.isEmpty()) {
        throw new IOException("its event log has an invalid host of its driver");
      }
      return new CandidateHosts(hosts, driver.uiPort());
    }
  }
}
