// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.SourceRef;
import io.sparklive.application.SourceStatus;
import io.sparklive.concurrent.DaemonThreads;
import io.sparklive.driver.DriverApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Finds drivers in client mode, such as notebooks, by probing ports on the hosts that a {@link
 * DriverHint} names, and polls them from then on. A port is the right one if it responds with the
 * right application id.
 *
 * <p>A driver has ended if another application responds at its address. It has also ended if its
 * address refuses connections or does not respond, and the application has no running executors.
 *
 * <p>Thread-safe.
 */
public final class ClientModeDrivers implements AutoCloseable {
  private static final int SEARCH_THREADS = 4;

  private final ClientDriverProbe.Context context;
  private final ProbeScheduler scheduler;
  private final ExecutorService searchThreads = searchThreads();
  private final Map<SourceRef, ClientDriverProbe> probes = new ConcurrentHashMap<>();
  private final Instant began;
  private volatile @Nullable Instant lastFound;

  /**
   * The result of a search that found no driver.
   *
   * @param why the reason, as text for users; it may name hosts and addresses
   * @param exclusion the setting that prevents a probe at the declared host and port, as text for
   *     users; it names no host and no address
   */
  public record NotFound(String why, Optional<String> exclusion) {
    NotFound(String why) {
      this(why, Optional.empty());
    }
  }

  public ClientModeDrivers(
      DriverApi api,
      ApplicationRegistry registry,
      DriverAddressResolver addressResolver,
      ProbeIntervals intervals,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.scheduler = new ProbeScheduler(scheduler);
    this.began = clock.instant();
    this.context =
        new ClientDriverProbe.Context(
            api, addressResolver, registry, intervals, this.scheduler, searchThreads, clock);
  }

  /**
   * Starts a search for the driver, which continues while the application has running executors. If
   * a search from the same origin runs already, or has found the driver, no other one starts.
   *
   * @return completes when the first search is over, with the reason if it did not find the driver
   */
  public CompletableFuture<Optional<NotFound>> startSearch(DriverHint hint) {
    ClientDriverProbe probe =
        new ClientDriverProbe(hint, context, found -> lastFound = found, this::onEnd);
    ClientDriverProbe existing = probes.putIfAbsent(probe.source(), probe);
    if (existing != null) {
      return existing.firstSearch();
    }
    probe.start();
    return probe.firstSearch();
  }

  /**
   * Removes a probe that has ended. If executors started at the same moment, their search found the
   * old probe and started none: this starts it.
   */
  private void onEnd(ClientDriverProbe probe) {
    probes.remove(probe.source());
    DriverHint hint = probe.hint();
    if (!scheduler.isClosed() && hint.hasRunningExecutors() && !hint.isObsolete()) {
      CompletableFuture<Optional<NotFound>> unused = startSearch(hint);
    }
  }

  /** Probes the drivers of this application at once, as its executors have ended. */
  public void probeNow(ApplicationId id) {
    probes.values().stream()
        .filter(probe -> probe.hint().id().equals(id))
        .forEach(ClientDriverProbe::probeNow);
  }

  /** The status of this source. Its errors name the applications whose driver is not found. */
  public SourceStatus status() {
    List<String> errors = new ArrayList<>();
    int found = 0;
    for (ClientDriverProbe probe : probes.values()) {
      found += probe.isFound() ? 1 : 0;
      probe.error().ifPresent(errors::add);
    }
    return new SourceStatus(
        "client mode",
        "hosts in " + context.addressResolver().networks(),
        SourceStatus.State.UP,
        began,
        Optional.ofNullable(lastFound),
        found,
        SourceStatus.errorOf(errors));
  }

  /** Stops all searches and probes. */
  @Override
  public void close() {
    scheduler.close();
    searchThreads.shutdownNow();
  }

  private static ExecutorService searchThreads() {
    return DaemonThreads.pool(
        "spark-live-history-search", SEARCH_THREADS, new LinkedBlockingQueue<>());
  }
}
