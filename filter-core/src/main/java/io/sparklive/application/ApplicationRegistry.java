// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of all applications that discovery has found. {@link #apply} is its only writer, and
 * decides each transition and each conflict; readers get immutable values.
 *
 * <p>Thread-safe.
 */
public final class ApplicationRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationRegistry.class);

  // For the overview, and for the texts of their pages if a user opens one of these again.
  private static final int MAX_REMOVED = 1000;
  private static final int MAX_RECENTLY_ENDED = 500;

  private final Consumer<LiveApplication> onAppeared;
  private final Consumer<LiveApplication> onBaseChanged;
  // Sorted once: the values change all the time, the order does not.
  private final Map<ApplicationId, LiveApplication> applications = new ConcurrentSkipListMap<>();
  private final Map<SourceRef, ApplicationId> idsBySource = new HashMap<>();
  private final Map<SourceRef, DiscoveryEvent.DriverFound> contenders = new LinkedHashMap<>();
  private final Map<ApplicationId, EndedApplication> removed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApplicationId, EndedApplication> eldest) {
          return size() > MAX_REMOVED;
        }
      };
  // Null after a change, until the next call of all().
  private final AtomicReference<@Nullable List<LiveApplication>> snapshot =
      new AtomicReference<>(List.of());

  /** A registry without a listener. */
  public ApplicationRegistry() {
    this(application -> {}, application -> {});
  }

  /**
   * @param onAppeared called with each application that runs and is new; it must neither block nor
   *     call the registry
   * @param onBaseChanged called with each application whose {@linkplain LiveApplication#ownBase own
   *     base} has changed; it must neither block nor call the registry
   */
  public ApplicationRegistry(
      Consumer<LiveApplication> onAppeared, Consumer<LiveApplication> onBaseChanged) {
    this.onAppeared = onAppeared;
    this.onBaseChanged = onBaseChanged;
  }

  /** Applies an event. The events of one source must arrive in the order of their changes. */
  public synchronized void apply(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.DriverFound found) {
      onDriverFound(found);
    } else if (event instanceof DiscoveryEvent.DriverLost lost) {
      onDriverLost(lost);
    } else if (event instanceof DiscoveryEvent.SettingsReported reported) {
      onSettingsReported(reported);
    } else if (event instanceof DiscoveryEvent.ProgressReported reported) {
      onProgressReported(reported);
    } else if (event instanceof DiscoveryEvent.ProgressMissed missed) {
      onProgressMissed(missed);
    } else if (event instanceof DiscoveryEvent.AuthRequired required) {
      onAuthRequired(required);
    } else if (event instanceof DiscoveryEvent.NoUi noUi) {
      onNoUi(noUi);
    } else if (event instanceof DiscoveryEvent.AlreadyFinished finished) {
      onAlreadyFinished(finished);
    } else if (event instanceof DiscoveryEvent.HandedOff handedOff) {
      onHandedOff(handedOff);
    }
  }

  /** The application with this id; empty if it is not in the registry, or no longer. */
  public Optional<LiveApplication> find(ApplicationId id) {
    return Optional.ofNullable(applications.get(id));
  }

  /**
   * The last value of an application that was removed from the registry. The registry keeps the
   * last 1000 of them.
   */
  public synchronized Optional<LiveApplication> findRecentlyRemoved(ApplicationId id) {
    return Optional.ofNullable(removed.get(id)).map(EndedApplication::application);
  }

  /**
   * The applications that ended at or after this time, the latest end first, at most 500. An
   * application whose id runs again is not among them.
   *
   * @param since a time on the clock of {@link LiveApplication#ended}
   */
  public synchronized List<EndedApplication> recentlyEnded(Instant since) {
    Stream<EndedApplication> awaitingHandoff =
        applications.values().stream()
            .filter(application -> !application.state().isRunning())
            .map(EndedApplication::withoutHistory);
    Stream<EndedApplication> handedOff =
        removed.values().stream().filter(ended -> !applications.containsKey(ended.id()));
    return Stream.concat(awaitingHandoff, handedOff)
        .filter(ended -> !ended.ended().isBefore(since))
        .sorted(
            Comparator.comparing(EndedApplication::ended)
                .reversed()
                .thenComparing(EndedApplication::id))
        .limit(MAX_RECENTLY_ENDED)
        .toList();
  }

  /** All applications, by id. The list is made once after a change, not once for each call. */
  public List<LiveApplication> all() {
    List<LiveApplication> current = snapshot.get();
    if (current != null) {
      return current;
    }
    synchronized (this) {
      List<LiveApplication> now = List.copyOf(applications.values());
      snapshot.set(now);
      return now;
    }
  }

  /** The conflicts at the moment: drivers whose id belongs to another driver. */
  public synchronized List<Conflict> conflicts() {
    return contenders.values().stream()
        .filter(contender -> !isSameDriver(contender, application(contender.id())))
        .map(
            contender ->
                new Conflict(
                    contender.id(), application(contender.id()).source(), contender.source()))
        .toList();
  }

  private void onDriverFound(DiscoveryEvent.DriverFound event) {
    ApplicationId before = idsBySource.get(event.source());
    if (before != null && !before.equals(event.id())) {
      replace(before, event);
    }
    LiveApplication known = applications.get(event.id());
    if (known != null && known.state().isRunning() && !known.source().equals(event.source())) {
      reject(event, known);
      return;
    }
    contenders.remove(event.source());
    ApplicationState state = stateOf(event, known);
    LiveApplication now = LiveApplication.of(event, state);
    if (known != null && isSameRun(known, now)) {
      now = now.carryOver(known);
    }
    if (known != null && state.hasUi() && now.address().isEmpty()) {
      now = now.withAddress(known.address());
    }
    idsBySource.put(event.source(), event.id());
    if (!now.equals(known)) {
      put(now);
      logChange(known, now);
      if (isNew(now, known != null ? known : findRecentlyRemoved(now.id()).orElse(null))) {
        onAppeared.accept(now);
      }
    }
  }

  /**
   * Handles a source that reports another application than before. If the former driver has
   * responded, its application has ended. Otherwise only a label has named it, and it has never run
   * there.
   */
  private void replace(ApplicationId before, DiscoveryEvent.DriverFound event) {
    if (application(before).state() == ApplicationState.LIVE) {
      onDriverLost(new DiscoveryEvent.DriverLost(event.source(), event.info().started()));
      return;
    }
    idsBySource.remove(event.source());
    applications.remove(before);
    snapshot.set(null);
    LOG.info(
        "Application {} removed: the driver of {} responds as {}",
        before,
        event.source(),
        event.id());
    contendersFor(before).forEach(this::onDriverFound);
  }

  private List<DiscoveryEvent.DriverFound> contendersFor(ApplicationId id) {
    return contenders.values().stream().filter(contender -> contender.id().equals(id)).toList();
  }

  /** An application that was live once stays live: an application starts once. */
  private static ApplicationState stateOf(
      DiscoveryEvent.DriverFound event, @Nullable LiveApplication known) {
    if (event.responds()) {
      return ApplicationState.LIVE;
    }
    return known != null && known.state().isRunning() ? known.state() : ApplicationState.STARTING;
  }

  /** If a driver was lost and is found again, its application is not new. */
  private static boolean isNew(LiveApplication now, @Nullable LiveApplication before) {
    return before == null
        || (!before.state().isRunning() && !before.info().started().equals(now.info().started()));
  }

  /**
   * A user may choose an id again: the access control lists of the former run do not apply then.
   */
  private static boolean isSameRun(LiveApplication known, LiveApplication now) {
    return known.state().isRunning() && known.info().started().equals(now.info().started());
  }

  private void onSettingsReported(DiscoveryEvent.SettingsReported event) {
    findReporting(event.id(), event.source(), event.started())
        .ifPresent(application -> put(application.withSettings(event.settings())));
  }

  private void onProgressReported(DiscoveryEvent.ProgressReported event) {
    findReporting(event.id(), event.source(), event.started())
        .ifPresent(application -> put(application.withProgress(event.progress())));
  }

  private void onProgressMissed(DiscoveryEvent.ProgressMissed event) {
    findReporting(event.id(), event.source(), event.started())
        .ifPresent(application -> put(application.withMissedPoll(event.begin(), event.end())));
  }

  /**
   * The live application to which a report, or a missed poll, applies. A late report of a driver
   * does not apply to a later driver with the same id.
   */
  private Optional<LiveApplication> findReporting(
      ApplicationId id, SourceRef source, Instant started) {
    return find(id)
        .filter(application -> application.state() == ApplicationState.LIVE)
        .filter(application -> application.source().equals(source))
        .filter(application -> application.info().started().equals(started));
  }

  private void onAuthRequired(DiscoveryEvent.AuthRequired event) {
    ApplicationId id = idsBySource.get(event.source());
    if (id == null || application(id).state() == ApplicationState.LIVE) {
      return;
    }
    LiveApplication known = application(id);
    put(known.withState(ApplicationState.AUTH_REQUIRED).withAddress(Optional.of(event.address())));
    if (known.state() != ApplicationState.AUTH_REQUIRED) {
      LOG.info("Application {}: driver UI requires its own login", id);
    }
  }

  private void onNoUi(DiscoveryEvent.NoUi event) {
    ApplicationId id = idsBySource.get(event.source());
    if (id != null && application(id).state() == ApplicationState.STARTING) {
      put(application(id).withState(ApplicationState.NO_UI));
      LOG.info("Application {} has no UI: nothing listens on its port", id);
    }
  }

  private void onAlreadyFinished(DiscoveryEvent.AlreadyFinished event) {
    if (!applications.containsKey(event.id())) {
      LiveApplication ended = LiveApplication.of(event);
      put(ended);
      LOG.info("Application {} found after its end: {}", ended.id(), ended.info().name());
    }
  }

  private void onDriverLost(DiscoveryEvent.DriverLost event) {
    contenders.remove(event.source());
    ApplicationId id = idsBySource.remove(event.source());
    if (id == null) {
      return;
    }
    LiveApplication ended = application(id).endedAt(event.at());
    put(ended);
    LOG.info("Application {} ended: {}, {}", id, ended.info().name(), where(ended));
    contendersFor(id).forEach(this::onDriverFound);
  }

  private void onHandedOff(DiscoveryEvent.HandedOff event) {
    LiveApplication known = applications.get(event.id());
    if (known != null && !known.state().isRunning()) {
      applications.remove(event.id());
      // An id that ended twice is the youngest of them again.
      removed.remove(event.id());
      removed.put(event.id(), new EndedApplication(known, event.history()));
      snapshot.set(null);
      LOG.info("Application {} removed: {}", event.id(), event.reason());
    }
  }

  private void reject(DiscoveryEvent.DriverFound contender, LiveApplication owner) {
    DiscoveryEvent.DriverFound before = contenders.put(contender.source(), contender);
    boolean isLogged = before != null && before.id().equals(contender.id());
    if (!isLogged && !isSameDriver(contender, owner)) {
      LOG.warn(
          "Duplicate application id {}: keeping {}, ignoring {}",
          contender.id(),
          owner.source(),
          contender.source());
    }
  }

  /** Two sources may find one driver: a configured address, and the pod with this address. */
  private static boolean isSameDriver(DiscoveryEvent.DriverFound contender, LiveApplication owner) {
    return owner.address().isPresent() && owner.address().equals(contender.address());
  }

  /** The application that a source or a contender refers to: it is in the registry. */
  private LiveApplication application(ApplicationId id) {
    return requireNonNull(applications.get(id), id::value);
  }

  private void put(LiveApplication application) {
    LiveApplication before = applications.put(application.id(), application);
    snapshot.set(null);
    Optional<String> baseBefore = before == null ? Optional.empty() : before.ownBase();
    if (!baseBefore.equals(application.ownBase())) {
      onBaseChanged.accept(application);
    }
  }

  private static void logChange(@Nullable LiveApplication before, LiveApplication now) {
    if (before == null || !before.state().isRunning()) {
      LOG.info("Application {} appeared: {}, {}", now.id(), now.info().name(), where(now));
    } else if (!before.address().equals(now.address())) {
      LOG.info("Application {} changed address: {}, {}", now.id(), now.info().name(), where(now));
    }
  }

  private static String where(LiveApplication application) {
    return application.namespace().map(namespace -> "namespace " + namespace + ", ").orElse("")
        + application.address().map(DriverAddress::toString).orElse("reported by ")
        + (application.address().isPresent() ? "" : application.source());
  }
}
