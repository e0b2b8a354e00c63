package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Sighting;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each live driver for its settings, once, and a few times more where it does not tell. */
public final class SettingsQuestions implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsQuestions.class);
  private static final int AT_ONCE = 8;
  private static final int TIMES = 5;

  private final ApplicationRegistry registry;
  private final DriverApi drivers;
  private final Map<ApplicationId, Integer> asked = new HashMap<>();
  private int underWay;

  public SettingsQuestions(ApplicationRegistry registry, DriverApi drivers) {
    this.registry = registry;
    this.drivers = drivers;
  }

  /** Asks some of those that have not told yet. To be run again and again, by one thread. */
  @Override
  public void run() {
    try {
      synchronized (this) {
        asked.keySet().removeIf(id -> registry.find(id).isEmpty());
      }
      registry.all().stream().filter(this::isToBeAsked).limit(AT_ONCE).forEach(this::ask);
    } catch (RuntimeException e) {
      LOG.warn("Drivers cannot be asked for their settings", e);
    }
  }

  private synchronized boolean isToBeAsked(LiveApplication application) {
    return application.state() == ApplicationState.LIVE
        && application.settings().isEmpty()
        && asked.getOrDefault(application.id(), 0) < TIMES;
  }

  private void ask(LiveApplication application) {
    synchronized (this) {
      if (underWay >= AT_ONCE) {
        return;
      }
      underWay++;
      asked.merge(application.id(), 1, Integer::sum);
    }
    CompletableFuture<Void> unused =
        drivers
            .settingsOf(application.id(), application.address().orElseThrow())
            .thenAccept(
                settings -> {
                  synchronized (this) {
                    underWay--;
                  }
                  settings.ifPresent(
                      told -> registry.apply(new Sighting.Told(application.id(), told)));
                });
  }
}
