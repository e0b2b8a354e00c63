// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.concurrent.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the settings of each live driver until the driver reports them: immediately, then less and
 * less often.
 */
public final class SettingsPoller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsPoller.class);
  // A response may be megabytes.
  private static final int MAX_CONCURRENT = 16;
  // A host with many drivers that hang must not use up the limit for all others.
  private static final int MAX_CONCURRENT_PER_HOST = 2;
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final InstantSource clock;
  private final Map<Run, Pause> pauses = new HashMap<>();
  private final Map<Run, String> hostsInProgress = new HashMap<>();

  /** One run of an application: a user may choose the same id for another run. */
  private record Run(ApplicationId id, Instant started) {
    static Run of(LiveApplication application) {
      return new Run(application.id(), application.info().started());
    }
  }

  /**
   * When a driver may be polled again.
   *
   * @param polls how many times it has been polled
   */
  private record Pause(int polls, Instant end) {
    static Pause after(@Nullable Pause before, Instant now) {
      int polls = before == null ? 0 : before.polls;
      return new Pause(polls + 1, now.plus(BACKOFF.delay(polls)));
    }
  }

  /**
   * @param clock measures the time until the next poll of a driver
   */
  public SettingsPoller(ApplicationRegistry registry, DriverApi drivers, InstantSource clock) {
    this.registry = registry;
    this.drivers = drivers;
    this.clock = clock;
  }

  /**
   * Polls some of the drivers that have not reported their settings. To be run periodically, by one
   * thread.
   */
  @Override
  public void run() {
    try {
      List<LiveApplication> unreported =
          registry.all().stream()
              .filter(application -> application.state() == ApplicationState.LIVE)
              .filter(application -> application.settings().isEmpty())
              .toList();
      takeNext(unreported).forEach(this::poll);
    } catch (RuntimeException e) {
      LOG.warn("Cannot poll settings of drivers", e);
    }
  }

  private synchronized List<LiveApplication> takeNext(List<LiveApplication> unreported) {
    pauses.keySet().retainAll(unreported.stream().map(Run::of).collect(Collectors.toSet()));
    Instant now = clock.instant();
    List<LiveApplication> next = new ArrayList<>();
    unreported.stream()
        .filter(application -> !hostsInProgress.containsKey(Run.of(application)))
        .filter(application -> !now.isBefore(pauseEnd(application)))
        .sorted(Comparator.comparing(this::pauseEnd))
        .forEach(
            application -> {
              String host = application.address().orElseThrow().host();
              if (hostsInProgress.size() < MAX_CONCURRENT
                  && Collections.frequency(hostsInProgress.values(), host)
                      < MAX_CONCURRENT_PER_HOST) {
                hostsInProgress.put(Run.of(application), host);
                next.add(application);
              }
            });
    return next;
  }

  /** The earliest possible time if the driver has never been polled, so that it is the first. */
  private Instant pauseEnd(LiveApplication application) {
    Pause pause = pauses.get(Run.of(application));
    return pause == null ? Instant.MIN : pause.end();
  }

  private synchronized void endPoll(Run run) {
    hostsInProgress.remove(run);
    pauses.compute(run, (same, before) -> Pause.after(before, clock.instant()));
  }

  private void poll(LiveApplication application) {
    Run run = Run.of(application);
    CompletableFuture<Optional<DriverSettings>> response = request(application);
    CompletableFuture<Void> unused =
        response.thenAccept(
            settings ->
                settings.ifPresent(
                    reported ->
                        registry.apply(
                            new DiscoveryEvent.SettingsReported(
                                application.source(), run.id(), run.started(), reported))));
    // The response of a slow driver is still used, but other drivers do not wait for it.
    CompletableFuture<Void> unusedEnd =
        response
            .copy()
            .completeOnTimeout(
                Optional.empty(), DriverRequests.PROMPT.toMillis(), TimeUnit.MILLISECONDS)
            .thenAccept(settings -> endPoll(run));
  }

  private CompletableFuture<Optional<DriverSettings>> request(LiveApplication application) {
    try {
      return drivers.settings(application.id(), application.address().orElseThrow());
    } catch (RuntimeException e) {
      LOG.warn("Cannot poll settings of the driver: application {}", application.id(), e);
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }
}
