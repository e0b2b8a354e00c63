package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each live driver for its settings, until it has told them: at once, then less and less
 * often.
 */
public final class SettingsQuestions implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsQuestions.class);
  // An answer may be megabytes.
  private static final int AT_ONCE = 16;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final InstantSource clock;
  private final Map<Run, Pause> pauses = new HashMap<>();
  private final Set<Run> underWay = new HashSet<>();

  /** One run of an application: an id that was chosen may come again. */
  private record Run(ApplicationId id, Instant started) {
    static Run of(LiveApplication application) {
      return new Run(application.id(), application.facts().started());
    }
  }

  /** When a driver may be asked again. */
  private record Pause(Duration length, Instant end) {
    static Pause after(Pause before, Instant now) {
      Duration length = before == null ? FIRST_PAUSE : before.length.multipliedBy(2);
      Duration bounded = length.compareTo(LONGEST_PAUSE) < 0 ? length : LONGEST_PAUSE;
      return new Pause(bounded, now.plus(bounded));
    }
  }

  /**
   * @param clock when a driver may be asked again
   */
  public SettingsQuestions(ApplicationRegistry registry, DriverApi drivers, InstantSource clock) {
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
    List<LiveApplication> next =
        untold.stream()
            .filter(application -> !underWay.contains(Run.of(application)))
            .filter(application -> isRested(Run.of(application), now))
            .limit(Math.max(0, AT_ONCE - underWay.size()))
            .toList();
    for (LiveApplication application : next) {
      underWay.add(Run.of(application));
      pauses.compute(Run.of(application), (run, before) -> Pause.after(before, now));
    }
    return next;
  }

  private boolean isRested(Run run, Instant now) {
    return !pauses.containsKey(run) || !now.isBefore(pauses.get(run).end());
  }

  private void ask(LiveApplication application) {
    Run run = Run.of(application);
    CompletableFuture<Void> unused =
        reply(application)
            .thenAccept(
                settings -> {
                  synchronized (this) {
                    underWay.remove(run);
                  }
                  settings.ifPresent(
                      told ->
                          registry.apply(
                              new Sighting.Told(
                                  application.witness(), run.id(), run.started(), told)));
                });
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
