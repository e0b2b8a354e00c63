// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.SourceRef;
import io.sparklive.discovery.ClientModeDrivers.NotFound;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one {@link DriverHint}: searches for the driver, then polls it at its address until it
 * has ended or the hint is obsolete.
 *
 * <p>Thread-safe.
 */
final class ClientDriverProbe {
  private static final Logger LOG = LoggerFactory.getLogger(ClientDriverProbe.class);
  private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final NotFound STOPPED = new NotFound("the History Server stops");

  private final DriverHint hint;
  private final Context context;
  private final Consumer<Instant> foundListener;
  private final Consumer<ClientDriverProbe> endListener;
  private final SourceRef source;
  private final RepeatingProbe probe;
  private final FailureDetector failureDetector;
  private final Instant searchedSince;
  private final CompletableFuture<Optional<NotFound>> firstSearch = new CompletableFuture<>();
  private @Nullable NotFound lastSearch = STOPPED;
  private @Nullable DriverAddress address;
  private @Nullable String error;
  private Instant firstSeen = Instant.MAX;
  private Instant startedByDriverClock = Instant.MIN;
  private boolean ended;

  /**
   * The dependencies that all probes share.
   *
   * @param searchThreads resolve host names and read pods or event logs, which takes long
   */
  record Context(
      DriverApi api,
      DriverAddressResolver addressResolver,
      ApplicationRegistry registry,
      ProbeIntervals intervals,
      ProbeScheduler scheduler,
      Executor searchThreads,
      InstantSource clock) {}

  /**
   * @param foundListener receives the time at which the driver is found
   * @param endListener receives this probe when it ends
   */
  ClientDriverProbe(
      DriverHint hint,
      Context context,
      Consumer<Instant> foundListener,
      Consumer<ClientDriverProbe> endListener) {
    this.hint = hint;
    this.context = context;
    this.foundListener = foundListener;
    this.endListener = endListener;
    this.source = new SourceRef("client mode", hint.origin() + " " + hint.id());
    this.failureDetector = new FailureDetector(context.intervals().noResponseTimeout());
    this.searchedSince = context.clock().instant();
    this.probe = new RepeatingProbe(context.scheduler(), this::searchOrPoll, this::onFailure);
  }

  DriverHint hint() {
    return hint;
  }

  SourceRef source() {
    return source;
  }

  synchronized boolean isFound() {
    return address != null;
  }

  /** Why the driver is not found, as text for users; empty until the search has taken long. */
  synchronized Optional<String> error() {
    return Optional.ofNullable(error);
  }

  /** Completes when the first search is over, with the reason if it did not find the driver. */
  CompletableFuture<Optional<NotFound>> firstSearch() {
    return firstSearch;
  }

  void start() {
    // Completed once the next request is scheduled, so that probeNow() then has an effect.
    CompletableFuture<Void> unused =
        probe.runNow().thenAccept(done -> firstSearch.complete(lastSearch()));
  }

  private synchronized Optional<NotFound> lastSearch() {
    return Optional.ofNullable(lastSearch);
  }

  /** Sends the next request at once instead of at its time. */
  void probeNow() {
    probe.runAfter(Duration.ZERO);
  }

  private CompletableFuture<Optional<Duration>> searchOrPoll() {
    DriverAddress at;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      at = address;
    }
    return at != null
        ? context.api().probe(at).thenApply(this::onReply)
        : CompletableFuture.<Void>completedFuture(null)
            .thenComposeAsync(ignored -> search(), context.searchThreads());
  }

  private CompletableFuture<Optional<Duration>> search() {
    if (hint.isObsolete()) {
      return CompletableFuture.completedFuture(onObsolete());
    }
    try {
      DriverAddressResolver.Candidates candidates =
          context.addressResolver().resolve(hint.candidateHosts());
      return new DriverPortScan(context.api())
          .find(hint.id(), candidates.addresses())
          .thenApply(
              driver ->
                  driver
                      .map(this::onFound)
                      .orElseGet(
                          () ->
                              onNotFound(
                                  new NotFound(
                                      "no response as " + hint.id() + " from " + candidates,
                                      candidates.exclusion()))))
          .exceptionally(this::onSearchFailure);
    } catch (IOException e) {
      return CompletableFuture.completedFuture(
          onNotFound(new NotFound(String.valueOf(e.getMessage()))));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(onSearchFailure(e));
    }
  }

  private synchronized Optional<Duration> onObsolete() {
    lastSearch = new NotFound("its driver is discovered by its pod, or has ended");
    return end();
  }

  private Optional<Duration> onSearchFailure(Throwable failure) {
    LOG.warn("Search for the driver failed: application {}", hint.id(), failure);
    return onNotFound(new NotFound(failure.toString()));
  }

  private synchronized Optional<Duration> onFound(DriverPortScan.Found driver) {
    if (context.scheduler().isClosed()) {
      return Optional.empty();
    }
    address = driver.address();
    error = null;
    lastSearch = null;
    firstSeen = context.clock().instant();
    foundListener.accept(firstSeen);
    report(driver.info());
    return Optional.of(context.intervals().refresh());
  }

  private synchronized Optional<Duration> onNotFound(NotFound result) {
    lastSearch = result;
    ProbeIntervals intervals = context.intervals();
    if (!hint.hasRunningExecutors() || hint.isObsolete()) {
      return end();
    }
    if (context.clock().instant().isBefore(searchedSince.plus(intervals.early()))) {
      return Optional.of(intervals.retry());
    }
    if (error == null) {
      LOG.info("Driver not found: application {}, {}: {}", hint.id(), hint.origin(), result.why());
    }
    error = "application %s, %s: %s".formatted(hint.id(), hint.origin(), result.why());
    return Optional.of(intervals.laterRetry());
  }

  private synchronized Optional<Duration> onReply(ProbeResult reply) {
    if (context.scheduler().isClosed()) {
      return Optional.empty();
    }
    if (hint.isObsolete()) {
      return end();
    }
    Duration refresh = context.intervals().refresh();
    if (reply instanceof ProbeResult.Running running) {
      failureDetector.reset();
      if (!running.id().equals(hint.id())) {
        // The driver may have moved to another port: if its executors run, a new search starts.
        return end();
      }
      report(running.info());
      return Optional.of(refresh);
    }
    if (recordFailure(reply) && !hint.hasRunningExecutors()) {
      return end();
    }
    boolean retrySoon = failureDetector.hasFailures() && RETRY_AFTER_FAILURE.compareTo(refresh) < 0;
    return Optional.of(retrySoon ? RETRY_AFTER_FAILURE : refresh);
  }

  /** Records a failed probe; returns whether the driver is given up if it has no executors. */
  private boolean recordFailure(ProbeResult reply) {
    return reply instanceof ProbeResult.NoResponse
        ? failureDetector.recordTimeout(context.clock().instant())
        : failureDetector.recordFailure();
  }

  private Optional<Duration> onFailure(Throwable failure) {
    if (context.scheduler().isClosed()) {
      // The search threads accept no more tasks.
      return Optional.empty();
    }
    LOG.warn("Cannot process the reply of the driver: application {}", hint.id(), failure);
    return Optional.of(context.intervals().refresh());
  }

  private synchronized Optional<Duration> end() {
    ended = true;
    if (address != null) {
      address = null;
      context.registry().apply(new DiscoveryEvent.DriverLost(source, context.clock().instant()));
    }
    endListener.accept(this);
    return Optional.empty();
  }

  private void report(ApplicationInfo info) {
    if (!info.started().equals(startedByDriverClock)) {
      // A user can choose the id: another run may have the same one.
      startedByDriverClock = info.started();
      firstSeen = context.clock().instant();
    }
    context
        .registry()
        .apply(
            new DiscoveryEvent.DriverFound(
                source,
                hint.id(),
                true,
                info.startedBy(firstSeen),
                Optional.ofNullable(address),
                hint.namespace()));
  }
}
