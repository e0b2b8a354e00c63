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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final Map<ApplicationId, Pause> pauses = new HashMap<>();
  private int underWay;

  /** When a driver may be asked again. */
  private record Pause(Duration length, Instant end) {
    static Pause first(Instant now) {
      return new Pause(FIRST_PAUSE, now.plus(FIRST_PAUSE));
    }

    Pause longer(Instant now) {
      Duration twice = length.multipliedBy(2);
      Duration next = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
      return new Pause(next, now.plus(next));
    }
  }

  public SettingsQuestions(ApplicationRegistry registry, DriverApi drivers, InstantSource clock) {
    this.registry = registry;
    this.drivers = drivers;
    this.clock = clock;
  }

  /** Asks some of those that have not told yet. To be run again and again, by one thread. */
  @Override
  public void run() {
    try {
      synchronized (this) {
        pauses.keySet().removeIf(id -> registry.find(id).isEmpty());
      }
      registry.all().stream().filter(this::isToBeAsked).limit(AT_ONCE).forEach(this::ask);
    } catch (RuntimeException e) {
      LOG.warn("Drivers cannot be asked for their settings", e);
    }
  }

  private synchronized boolean isToBeAsked(LiveApplication application) {
    return application.state() == ApplicationState.LIVE
        && application.settings().isEmpty()
        && (!pauses.containsKey(application.id())
            || !clock.instant().isBefore(pauses.get(application.id()).end()));
  }

  private void ask(LiveApplication application) {
    synchronized (this) {
      if (underWay >= AT_ONCE) {
        return;
      }
      underWay++;
      Instant now = clock.instant();
      pauses.compute(
          application.id(), (id, before) -> before == null ? Pause.first(now) : before.longer(now));
    }
    CompletableFuture<Void> unused =
        reply(application)
            .thenAccept(
                settings -> {
                  synchronized (this) {
                    underWay--;
                  }
                  settings.ifPresent(
                      told ->
                          registry.apply(
                              new Sighting.Told(application.witness(), application.id(), told)));
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
