// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  private static final int MAX_RECENTLY_ENDED = 500;

  private final Consumer<LiveApplication> onAppeared;
  private final Consumer<LiveApplication> onBaseChanged;
  // Sorted once: the values change all the time, the order does not.
  private final Map<ApplicationId, LiveApplication> applications = new ConcurrentSkipListMap<>();
  private final Map<SourceRef, ApplicationId> idsBySource = new HashMap<>();
  private final Map<SourceRef, DiscoveryEvent.DriverFound> contenders = new LinkedHashMap<>();
  // Of all pods that wait, also if their id belongs to another driver at the moment.
  private final Map<SourceRef, DiscoveryEvent.DriverPending> waiting = new LinkedHashMap<>();
  private final RemovedApplications removed = new RemovedApplications();
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
    if (event instanceof DiscoveryEvent.DriverPending pending) {
      onDriverPending(pending);
    } else if (event instanceof DiscoveryEvent.DriverFound found) {
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
    } else if (event instanceof DiscoveryEvent.ExecutorFailed failed) {
      onExecutorFailed(failed);
    } else if (event instanceof DiscoveryEvent.HandedOff handedOff) {
      onHandedOff(handedOff);
    }
  }

  /** The application with this id; empty if it is not in the registry, or no longer. */
  public Optional<LiveApplication> find(ApplicationId id) {
    return Optional.ofNullable(applications.get(id));
  }

  /** The id of the application that a source has found; empty once its driver is lost. */
  public synchronized Optional<ApplicationId> findId(SourceRef source) {
    return Optional.ofNullable(idsBySource.get(source));
  }

  /**
   * The last value of an application that was removed from the registry, or whose driver never ran.
   * The registry keeps the last 1000 of them.
   */
  public synchronized Optional<LiveApplication> findRecentlyRemoved(ApplicationId id) {
    return removed.find(id).map(EndedApplication::application);
  }

  /**
   * The applications that ended at or after this time, the latest end first, at most 500. An
   * application whose id runs again is not among them; if its driver waits to run again, the run
   * before is.
   *
   * @param since a time on the clock of {@link LiveApplication#ended}
   */
  public synchronized List<EndedApplication> recentlyEnded(Instant since) {
    Stream<EndedApplication> awaitingHandoff =
        applications.values().stream()
            .filter(application -> application.ended().isPresent())
            .map(EndedApplication::withoutHistory);
    Stream<EndedApplication> handedOff =
        removed.stream()
            .filter(
                ended -> find(ended.id()).filter(application -> application.hasRun()).isEmpty());
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

  /**
   * Registers a driver that waits to run. An id that another driver uses keeps its driver while
   * that one runs or waits, and after its end if the pod existed before: then the pod is one of the
   * same run. Otherwise the id waits again, for example in a crash loop. The run before stays in
   * Spark's list until its hand-off, so that the application is listed once at every moment.
   */
  private void onDriverPending(DiscoveryEvent.DriverPending event) {
    waiting.put(event.source(), event);
    ApplicationId before = idsBySource.get(event.source());
    if (before != null && !before.equals(event.id())) {
      stopWaiting(before);
      idsBySource.remove(event.source());
    }
    LiveApplication known = applications.get(event.id());
    if (known != null && !mayWait(event, known)) {
      return;
    }
    idsBySource.put(event.source(), event.id());
    LiveApplication now =
        known != null && known.ended().isPresent()
            ? known.pendingAgain(event)
            : LiveApplication.of(event);
    put(now);
    if (known == null || known.state() != ApplicationState.PENDING) {
      LOG.info(
          "Application {} pending: {}, {}: {}",
          now.id(),
          now.info().name(),
          where(now),
          event.reason().text());
    }
  }

  /** Whether the pod of this event may take over the id of this application. */
  private static boolean mayWait(DiscoveryEvent.DriverPending event, LiveApplication known) {
    if (known.state().isRunning()) {
      return false;
    }
    // Kubernetes has the time of creation in whole seconds.
    return known.source().equals(event.source())
        || (known.state().isEnded()
            && !event
                .info()
                .started()
                .isBefore(known.ended().orElseThrow().truncatedTo(ChronoUnit.SECONDS)));
  }

  /** Removes an application whose driver waits, or leaves the run before of it. */
  private void stopWaiting(ApplicationId id) {
    LiveApplication known = application(id);
    if (known.ended().isPresent()) {
      put(known.runBefore());
    } else {
      applications.remove(id);
      snapshot.set(null);
    }
  }

  private List<DiscoveryEvent.DriverPending> waitingFor(ApplicationId id) {
    return waiting.values().stream().filter(event -> event.id().equals(id)).toList();
  }

  private void onDriverFound(DiscoveryEvent.DriverFound event) {
    waiting.remove(event.source());
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
    if (known != null && known.state() == ApplicationState.PENDING) {
      idsBySource.remove(known.source());
    }
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
    stopWaiting(before);
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
        || !before.hasRun()
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

  private void onExecutorFailed(DiscoveryEvent.ExecutorFailed event) {
    find(event.id())
        .filter(application -> application.state().isRunning())
        .filter(application -> application.namespace().equals(Optional.of(event.namespace())))
        .ifPresent(application -> put(application.withFailedExecutor(event.failure())));
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
    if (applications.containsKey(event.id())) {
      return;
    }
    LiveApplication ended = LiveApplication.of(event);
    if (ended.hasRun()) {
      put(ended);
      LOG.info(
          "Application {} found after its end: {}{}", ended.id(), ended.info().name(), how(ended));
    } else if (removed.find(event.id()).isEmpty()) {
      addNeverStarted(ended);
    }
  }

  private void onDriverLost(DiscoveryEvent.DriverLost event) {
    DiscoveryEvent.DriverFound contender = contenders.remove(event.source());
    waiting.remove(event.source());
    ApplicationId id = idsBySource.remove(event.source());
    if (id == null && contender != null && event.end().isPresent()) {
      id = releaseSameDriver(contender);
    }
    if (id == null) {
      event.end().ifPresent(end -> setEnd(event.source(), end));
      return;
    }
    LiveApplication known = application(id);
    if (known.state() == ApplicationState.PENDING) {
      endWaiting(known, event);
    } else {
      end(known.endedAt(event.at(), event.end()));
    }
    contendersFor(id).forEach(this::onDriverFound);
    waitingFor(id).forEach(this::onDriverPending);
  }

  /**
   * Takes an application from its source if another source has found the same driver: the end of
   * its pod is the end of the driver, whichever source found it first.
   *
   * @return the application; null if the driver is another one
   */
  private @Nullable ApplicationId releaseSameDriver(DiscoveryEvent.DriverFound contender) {
    LiveApplication owner = application(contender.id());
    if (!isSameDriver(contender, owner)) {
      return null;
    }
    idsBySource.remove(owner.source());
    return owner.id();
  }

  private void end(LiveApplication ended) {
    put(ended);
    LOG.info(
        "Application {} ended: {}, {}{}",
        ended.id(),
        ended.info().name(),
        where(ended),
        how(ended));
  }

  /**
   * Handles the end of a pod whose driver waited. If the driver has never run, it has no history to
   * wait for: its application is in no list of Spark's, before and after.
   */
  private void endWaiting(LiveApplication known, DiscoveryEvent.DriverLost event) {
    stopWaiting(known.id());
    LiveApplication ended = known.endedAt(event.at(), event.end());
    boolean hasRun = event.end().map(DriverEnd::ran).orElse(false);
    if (known.ended().isPresent()) {
      LOG.info("Application {} does not wait any more{}", known.id(), how(ended));
    } else if (!hasRun) {
      addNeverStarted(ended);
    } else if (removed.find(known.id()).isEmpty()) {
      end(ended);
    }
  }

  private void addNeverStarted(LiveApplication ended) {
    removed.add(new EndedApplication(ended, EndedApplication.History.NONE));
    LOG.info(
        "Application {} never started: {}, {}{}",
        ended.id(),
        ended.info().name(),
        where(ended),
        how(ended));
  }

  /** A later report is better: the first one may be a deletion, or a driver that is gone. */
  private void setEnd(SourceRef source, DriverEnd end) {
    removed.setEnd(source, end);
    applications.values().stream()
        .filter(application -> application.state().isEnded())
        .filter(application -> application.source().equals(source))
        .filter(application -> !application.end().equals(Optional.of(end)))
        .forEach(
            application -> {
              put(application.withEnd(end));
              LOG.info("Application {} ended: {}", application.id(), end.text());
            });
  }

  private void onHandedOff(DiscoveryEvent.HandedOff event) {
    LiveApplication known = applications.get(event.id());
    if (known == null || known.ended().isEmpty()) {
      return;
    }
    removed.add(new EndedApplication(known.runBefore(), event.history()));
    LOG.info("Application {} removed: {}", event.id(), event.reason());
    if (known.state() == ApplicationState.PENDING) {
      put(known.withoutRunBefore());
      return;
    }
    applications.remove(event.id());
    snapshot.set(null);
    waitingFor(event.id()).forEach(this::onDriverPending);
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

  private static String how(LiveApplication application) {
    return application.end().map(end -> ": " + end.text()).orElse("");
  }

  private static String where(LiveApplication application) {
    return application.namespace().map(namespace -> "namespace " + namespace + ", ").orElse("")
        + application.address().map(DriverAddress::toString).orElse("reported by ")
        + (application.address().isPresent() ? "" : application.source());
  }
}
