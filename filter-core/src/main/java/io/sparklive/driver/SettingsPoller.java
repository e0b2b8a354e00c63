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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each live driver for its settings, until it has told them: at once, then less and less
 * often.
 */
public final class SettingsPoller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsPoller.class);
  // An answer may be megabytes.
  private static final int AT_ONCE = 16;
  // A host with many drivers that hang must not take the places of all others.
  private static final int AT_ONCE_OF_HOST = 2;
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final InstantSource clock;
  private final Map<Run, Pause> pauses = new HashMap<>();
  private final Map<Run, String> hostsUnderWay = new HashMap<>();

  /** One run of an application: an id that was chosen may come again. */
  private record Run(ApplicationId id, Instant started) {
    static Run of(LiveApplication application) {
      return new Run(application.id(), application.info().started());
    }
  }

  /**
   * When a driver may be polled again.
   *
   * @param polls how often it has been polled
   */
  private record Pause(int polls, Instant end) {
    static Pause after(Pause before, Instant now) {
      int polls = before == null ? 0 : before.polls;
      return new Pause(polls + 1, now.plus(BACKOFF.delay(polls)));
    }
  }

  /**
   * @param clock when a driver may be asked again
   */
  public SettingsPoller(ApplicationRegistry registry, DriverApi drivers, InstantSource clock) {
    this.registry = registry;
    this.drivers = drivers;
    this.clock = clock;
  }

  /** Asks some of those that have not told yet. To be run again and again, by one thread. */
  @Override
  public void run() {
    try {
      List<LiveApplication> untold =
          registry.all().stream()
              .filter(application -> application.state() == ApplicationState.LIVE)
              .filter(application -> application.settings().isEmpty())
              .toList();
      next(untold).forEach(this::ask);
    } catch (RuntimeException e) {
      LOG.warn("Drivers cannot be asked for their settings", e);
    }
  }

  private synchronized List<LiveApplication> next(List<LiveApplication> untold) {
    pauses.keySet().retainAll(untold.stream().map(Run::of).collect(Collectors.toSet()));
    Instant now = clock.instant();
    List<LiveApplication> next = new ArrayList<>();
    untold.stream()
        .filter(application -> !hostsUnderWay.containsKey(Run.of(application)))
        .filter(application -> !now.isBefore(restsUntil(application)))
        .sorted(Comparator.comparing(this::restsUntil))
        .forEach(
            application -> {
              String host = application.address().orElseThrow().host();
              if (hostsUnderWay.size() < AT_ONCE
                  && Collections.frequency(hostsUnderWay.values(), host) < AT_ONCE_OF_HOST) {
                hostsUnderWay.put(Run.of(application), host);
                next.add(application);
              }
            });
    return next;
  }

  /** Who has never been asked comes first. */
  private Instant restsUntil(LiveApplication application) {
    Pause pause = pauses.get(Run.of(application));
    return pause == null ? Instant.MIN : pause.end();
  }

  private synchronized void answered(Run run) {
    hostsUnderWay.remove(run);
    pauses.compute(run, (same, before) -> Pause.after(before, clock.instant()));
  }

  private void ask(LiveApplication application) {
    Run run = Run.of(application);
    CompletableFuture<Optional<DriverSettings>> reply = reply(application);
    CompletableFuture<Void> unused =
        reply.thenAccept(
            settings ->
                settings.ifPresent(
                    told ->
                        registry.apply(
                            new DiscoveryEvent.SettingsReported(
                                application.source(), run.id(), run.started(), told))));
    // A driver that takes longer is waited for, but must not have others wait.
    CompletableFuture<Void> unusedTurn =
        reply
            .copy()
            .completeOnTimeout(
                Optional.empty(), DriverRequests.PROMPT.toMillis(), TimeUnit.MILLISECONDS)
            .thenAccept(settings -> answered(run));
  }

  private CompletableFuture<Optional<DriverSettings>> reply(LiveApplication application) {
    try {
      return drivers.settingsOf(application.id(), application.address().orElseThrow());
    } catch (RuntimeException e) {
      LOG.warn("The driver of {} cannot be asked for its settings", application.id(), e);
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }
}
