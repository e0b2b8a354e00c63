package io.sparklive.application;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every application that discovery knows of. {@link #apply} is the only way in, and decides every
 * transition and every conflict; readers get immutable values.
 *
 * <p>Thread-safe.
 */
public final class ApplicationRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationRegistry.class);

  // Only for what their pages say when somebody comes back to them.
  private static final int MAX_REMOVED = 1000;

  private final Consumer<LiveApplication> appeared;
  // Sorted: what they tell changes all the time, their order does not.
  private final Map<ApplicationId, LiveApplication> applications = new ConcurrentSkipListMap<>();
  private final Map<SourceRef, ApplicationId> held = new HashMap<>();
  private final Map<SourceRef, DiscoveryEvent.DriverFound> contenders = new LinkedHashMap<>();
  private final Map<ApplicationId, LiveApplication> forgotten =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApplicationId, LiveApplication> eldest) {
          return size() > MAX_REMOVED;
        }
      };
  private final AtomicReference<List<LiveApplication>> listed = new AtomicReference<>(List.of());

  /** One that tells nobody what appears. */
  public ApplicationRegistry() {
    this(application -> {});
  }

  /**
   * @param appeared is told of each application that runs and was not known before; it must neither
   *     wait nor call back
   */
  public ApplicationRegistry(Consumer<LiveApplication> appeared) {
    this.appeared = appeared;
  }

  /** Takes in what was seen. Sightings of one witness must come in the order they were made. */
  public synchronized void apply(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.DriverFound seen) {
      seen(seen);
    } else if (event instanceof DiscoveryEvent.DriverLost gone) {
      gone(gone);
    } else if (event instanceof DiscoveryEvent.SettingsReported told) {
      told(told);
    } else if (event instanceof DiscoveryEvent.ProgressReported progressed) {
      progressed(progressed);
    } else if (event instanceof DiscoveryEvent.AuthRequired guarded) {
      guarded(guarded);
    } else if (event instanceof DiscoveryEvent.NoUi withoutUi) {
      withoutUi(withoutUi);
    } else if (event instanceof DiscoveryEvent.AlreadyFinished finished) {
      finished(finished);
    } else if (event instanceof DiscoveryEvent.HandedOff settled) {
      settled(settled);
    }
  }

  /** The application of this id, unless it is unknown or forgotten. */
  public Optional<LiveApplication> find(ApplicationId id) {
    return Optional.ofNullable(applications.get(id));
  }

  /** What was last known of an application that is listed no longer; of the last ones only. */
  public synchronized Optional<LiveApplication> forgotten(ApplicationId id) {
    return Optional.ofNullable(forgotten.get(id));
  }

  /** All applications, by id. Listed once after a change, not once a call. */
  public List<LiveApplication> all() {
    List<LiveApplication> known = listed.get();
    if (known != null) {
      return known;
    }
    synchronized (this) {
      List<LiveApplication> now = List.copyOf(applications.values());
      listed.set(now);
      return now;
    }
  }

  /** Which claims are refused at the moment, because somebody else holds the id. */
  public synchronized List<Conflict> conflicts() {
    return contenders.values().stream()
        .filter(r -> !isSameDriver(r, applications.get(r.id())))
        .map(r -> new Conflict(r.id(), applications.get(r.id()).source(), r.source()))
        .toList();
  }

  private void seen(DiscoveryEvent.DriverFound seen) {
    ApplicationId before = held.get(seen.source());
    if (before != null && !before.equals(seen.id())) {
      replaced(before, seen);
    }
    LiveApplication known = applications.get(seen.id());
    if (known != null && known.state().isRunning() && !known.source().equals(seen.source())) {
      refuse(seen, known);
      return;
    }
    contenders.remove(seen.source());
    ApplicationState state = stateOf(seen, known);
    LiveApplication now = LiveApplication.of(seen, state);
    if (known != null && isSameRun(known, now)) {
      now = now.withWhatWasToldTo(known);
    }
    if (state.hasUi() && now.address().isEmpty()) {
      now = now.at(known.address());
    }
    held.put(seen.source(), seen.id());
    if (!now.equals(known)) {
      put(now);
      logChange(known, now);
      if (isNew(now, known != null ? known : forgotten.get(now.id()))) {
        appeared.accept(now);
      }
    }
  }

  /**
   * The witness sees another application than before. The former has ended if its driver has
   * responded; otherwise only a label has named it, and it has never run there.
   */
  private void replaced(ApplicationId before, DiscoveryEvent.DriverFound seen) {
    if (applications.get(before).state() == ApplicationState.LIVE) {
      gone(new DiscoveryEvent.DriverLost(seen.source(), seen.facts().started()));
      return;
    }
    held.remove(seen.source());
    applications.remove(before);
    listed.set(null);
    LOG.info(
        "Application {} is no longer listed here: the driver of {} responds as {}",
        before,
        seen.source(),
        seen.id());
    contendersFor(before).forEach(this::seen);
  }

  private List<DiscoveryEvent.DriverFound> contendersFor(ApplicationId id) {
    return contenders.values().stream().filter(contender -> contender.id().equals(id)).toList();
  }

  /** What has answered once goes on being live: an application starts once. */
  private static ApplicationState stateOf(DiscoveryEvent.DriverFound seen, LiveApplication known) {
    if (seen.answers()) {
      return ApplicationState.LIVE;
    }
    return known != null && known.state().isRunning() ? known.state() : ApplicationState.STARTING;
  }

  /** One that was taken for gone and comes back is not new. */
  private static boolean isNew(LiveApplication now, LiveApplication before) {
    return before == null
        || (!before.state().isRunning() && !before.facts().started().equals(now.facts().started()));
  }

  /** An id that was chosen may come again: what it let in before says nothing then. */
  private static boolean isSameRun(LiveApplication known, LiveApplication now) {
    return known.state().isRunning() && known.facts().started().equals(now.facts().started());
  }

  private void told(DiscoveryEvent.SettingsReported told) {
    if (isAbout(told.id(), told.source(), told.started())) {
      put(applications.get(told.id()).with(told.settings()));
    }
  }

  private void progressed(DiscoveryEvent.ProgressReported progressed) {
    if (isAbout(progressed.id(), progressed.source(), progressed.started())) {
      put(applications.get(progressed.id()).with(progressed.progress()));
    }
  }

  /** A late answer of a driver says nothing of the one that holds the id by now. */
  private boolean isAbout(ApplicationId id, SourceRef source, Instant started) {
    LiveApplication known = applications.get(id);
    return known != null
        && known.state() == ApplicationState.LIVE
        && known.source().equals(source)
        && known.facts().started().equals(started);
  }

  private void guarded(DiscoveryEvent.AuthRequired guarded) {
    ApplicationId id = held.get(guarded.source());
    if (id == null || applications.get(id).state() == ApplicationState.LIVE) {
      return;
    }
    LiveApplication known = applications.get(id);
    put(known.in(ApplicationState.AUTH_REQUIRED).at(Optional.of(guarded.address())));
    if (known.state() != ApplicationState.AUTH_REQUIRED) {
      LOG.info("Application {} has a driver that decides itself whom it lets in", id);
    }
  }

  private void withoutUi(DiscoveryEvent.NoUi withoutUi) {
    ApplicationId id = held.get(withoutUi.source());
    if (id != null && applications.get(id).state() == ApplicationState.STARTING) {
      put(applications.get(id).in(ApplicationState.NO_UI));
      LOG.info("Application {} has no UI: nothing listens there", id);
    }
  }

  private void finished(DiscoveryEvent.AlreadyFinished finished) {
    if (!applications.containsKey(finished.id())) {
      LiveApplication ended = LiveApplication.of(finished);
      put(ended);
      LOG.info("Application {} has ended before: {}", ended.id(), ended.facts().name());
    }
  }

  private void gone(DiscoveryEvent.DriverLost gone) {
    contenders.remove(gone.source());
    ApplicationId id = held.remove(gone.source());
    if (id == null) {
      return;
    }
    LiveApplication ended = applications.get(id).endedAt(gone.at());
    put(ended);
    LOG.info("Application {} ended: {}, {}", id, ended.facts().name(), where(ended));
    contendersFor(id).forEach(this::seen);
  }

  private void settled(DiscoveryEvent.HandedOff settled) {
    LiveApplication known = applications.get(settled.id());
    if (known != null && !known.state().isRunning()) {
      applications.remove(settled.id());
      forgotten.put(settled.id(), known);
      listed.set(null);
      LOG.info("Application {} is no longer listed here: {}", settled.id(), settled.why());
    }
  }

  private void refuse(DiscoveryEvent.DriverFound contender, LiveApplication owner) {
    DiscoveryEvent.DriverFound before = contenders.put(contender.source(), contender);
    boolean told = before != null && before.id().equals(contender.id());
    if (!told && !isSameDriver(contender, owner)) {
      LOG.warn(
          "Two drivers claim the application {}: it stays with {}, and {} is not listed",
          contender.id(),
          owner.source(),
          contender.source());
    }
  }

  /** Two may see one driver: an address that was set, and the pod behind it. */
  private static boolean isSameDriver(DiscoveryEvent.DriverFound contender, LiveApplication owner) {
    return owner.address().isPresent() && owner.address().equals(contender.address());
  }

  private void put(LiveApplication application) {
    applications.put(application.id(), application);
    listed.set(null);
  }

  private static void logChange(LiveApplication before, LiveApplication now) {
    if (before == null || !before.state().isRunning()) {
      LOG.info("Application {} appeared: {}, {}", now.id(), now.facts().name(), where(now));
    } else if (!before.address().equals(now.address())) {
      LOG.info("Application {} changed address: {}, {}", now.id(), now.facts().name(), where(now));
    }
  }

  private static String where(LiveApplication application) {
    return application.namespace().map(namespace -> "namespace " + namespace + ", ").orElse("")
        + application.address().map(DriverAddress::toString).orElse("seen by ")
        + (application.address().isPresent() ? "" : application.source());
  }
}
