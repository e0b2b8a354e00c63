// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An application in the registry: its driver waits to run, it runs, or it has ended and is not
 * handed off yet. Immutable.
 *
 * <p>If a driver waits to run again after its end, the application is {@code PENDING} and has all
 * facts and the end of the run before, until the hand-off of that run.
 *
 * @param id the id of the application
 * @param state the state of the application
 * @param info the description that its driver reports
 * @param address the address of the live UI: present while the application {@linkplain
 *     ApplicationState#hasUi has one}, never once {@code ENDED}, nor while {@code PENDING}
 * @param namespace the Kubernetes namespace of the driver, if it has one
 * @param source the source that found the driver
 * @param settings the settings of the driver, once it has reported them
 * @param progress the last progress that the driver has reported
 * @param missedPolls the polls without a response since the last report; never once {@code ENDED}
 * @param ended when discovery noticed the end of the driver: present once {@code ENDED}, and while
 *     {@code PENDING} again
 * @param pending why the driver does not run: present while {@code PENDING}
 * @param end how the driver ended, if that is known: never before {@code ended} is present
 * @param executorFailures the executors that failed
 */
public record LiveApplication(
    ApplicationId id,
    ApplicationState state,
    ApplicationInfo info,
    Optional<DriverAddress> address,
    Optional<String> namespace,
    SourceRef source,
    Optional<DriverSettings> settings,
    Optional<Progress> progress,
    Optional<MissedPolls> missedPolls,
    Optional<Instant> ended,
    Optional<PendingReason> pending,
    Optional<DriverEnd> end,
    ExecutorFailures executorFailures) {

  /** An application of which no pod has shown why it waits, or how it ended. */
  public LiveApplication(
      ApplicationId id,
      ApplicationState state,
      ApplicationInfo info,
      Optional<DriverAddress> address,
      Optional<String> namespace,
      SourceRef source,
      Optional<DriverSettings> settings,
      Optional<Progress> progress,
      Optional<MissedPolls> missedPolls,
      Optional<Instant> ended) {
    this(
        id,
        state,
        info,
        address,
        namespace,
        source,
        settings,
        progress,
        missedPolls,
        ended,
        Optional.empty(),
        Optional.empty(),
        ExecutorFailures.NONE);
  }

  /** An application whose driver has reported neither settings nor progress. */
  public LiveApplication(
      ApplicationId id,
      ApplicationState state,
      ApplicationInfo info,
      Optional<DriverAddress> address,
      Optional<String> namespace,
      SourceRef source,
      Optional<Instant> ended) {
    this(
        id,
        state,
        info,
        address,
        namespace,
        source,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ended);
  }

  static LiveApplication of(DiscoveryEvent.DriverFound event, ApplicationState state) {
    return new LiveApplication(
        event.id(),
        state,
        event.info(),
        event.address(),
        event.namespace(),
        event.source(),
        Optional.empty());
  }

  static LiveApplication of(DiscoveryEvent.AlreadyFinished event) {
    return new LiveApplication(
            event.id(),
            ApplicationState.ENDED,
            event.info(),
            Optional.empty(),
            event.namespace(),
            event.source(),
            Optional.empty())
        .endedAt(event.at(), event.end());
  }

  static LiveApplication of(DiscoveryEvent.DriverPending event) {
    return new LiveApplication(
            event.id(),
            ApplicationState.PENDING,
            event.info(),
            Optional.empty(),
            event.namespace(),
            event.source(),
            Optional.empty())
        .pendingAgain(event);
  }

  /**
   * Whether the driver has run, so that the application belongs to Spark's own lists: it runs or
   * has ended, also if its driver waits to run again.
   */
  public boolean hasRun() {
    return (state != ApplicationState.PENDING || ended.isPresent())
        && end.map(DriverEnd::ran).orElse(true);
  }

  /** The path that the driver puts before its links: only while it runs and has reported it. */
  public Optional<String> ownBase() {
    return state.isRunning() ? settings.flatMap(DriverSettings::proxyBase) : Optional.empty();
  }

  LiveApplication withState(ApplicationState other) {
    return copy(copy -> copy.state = other);
  }

  LiveApplication withAddress(Optional<DriverAddress> other) {
    return copy(copy -> copy.address = other);
  }

  LiveApplication withSettings(DriverSettings reported) {
    return copy(copy -> copy.settings = Optional.of(reported));
  }

  LiveApplication withProgress(Progress reported) {
    return copy(
        copy -> {
          copy.progress = Optional.of(reported);
          copy.missedPolls = Optional.empty();
        });
  }

  LiveApplication withMissedPoll(Instant begin, Instant end) {
    MissedPolls missed =
        missedPolls.map(earlier -> earlier.next(end)).orElse(new MissedPolls(begin, end, 1));
    return copy(copy -> copy.missedPolls = Optional.of(missed));
  }

  LiveApplication withFailedExecutor(ExecutorFailures.Failure failure) {
    return copy(copy -> copy.executorFailures = executorFailures.with(failure));
  }

  /** The same with the reports of this run so far, and with its missed poll. */
  LiveApplication carryOver(LiveApplication previous) {
    return copy(
        copy -> {
          copy.settings = previous.settings;
          copy.progress = previous.progress;
          copy.missedPolls = previous.missedPolls;
          copy.executorFailures = previous.executorFailures;
        });
  }

  /** The same application, whose driver waits to run again. */
  LiveApplication pendingAgain(DiscoveryEvent.DriverPending event) {
    return copy(
        copy -> {
          copy.state = ApplicationState.PENDING;
          copy.source = event.source();
          copy.pending = Optional.of(event.reason());
        });
  }

  /** The run before of an application whose driver waits to run again. */
  LiveApplication runBefore() {
    return copy(
        copy -> {
          copy.state = ApplicationState.ENDED;
          copy.pending = Optional.empty();
        });
  }

  /** The same application, whose driver waits, after the hand-off of the run before. */
  LiveApplication withoutRunBefore() {
    return copy(
        copy -> {
          copy.settings = Optional.empty();
          copy.progress = Optional.empty();
          copy.ended = Optional.empty();
          copy.end = Optional.empty();
          copy.executorFailures = ExecutorFailures.NONE;
        });
  }

  LiveApplication withEnd(DriverEnd reported) {
    return copy(copy -> copy.end = Optional.of(reported));
  }

  LiveApplication endedAt(Instant at) {
    return endedAt(at, Optional.empty());
  }

  LiveApplication endedAt(Instant at, Optional<DriverEnd> how) {
    return copy(
        copy -> {
          copy.state = ApplicationState.ENDED;
          copy.pending = Optional.empty();
          copy.end = how;
          copy.address = Optional.empty();
          copy.settings = settings.map(DriverSettings::withoutAccessLists);
          copy.missedPolls = Optional.empty();
          copy.ended = Optional.of(at.isBefore(info.started()) ? info.started() : at);
        });
  }

  private LiveApplication copy(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.build();
  }

  /** A copy while it is being changed. */
  private static final class Copy {
    private final ApplicationId id;
    private final Optional<String> namespace;
    private ApplicationState state;
    private final ApplicationInfo info;
    private Optional<DriverAddress> address;
    private SourceRef source;
    private Optional<DriverSettings> settings;
    private Optional<Progress> progress;
    private Optional<MissedPolls> missedPolls;
    private Optional<Instant> ended;
    private Optional<PendingReason> pending;
    private Optional<DriverEnd> end;
    private ExecutorFailures executorFailures;

    Copy(LiveApplication original) {
      id = original.id;
      state = original.state;
      info = original.info;
      address = original.address;
      namespace = original.namespace;
      source = original.source;
      settings = original.settings;
      progress = original.progress;
      missedPolls = original.missedPolls;
      ended = original.ended;
      pending = original.pending;
      end = original.end;
      executorFailures = original.executorFailures;
    }

    LiveApplication build() {
      return new LiveApplication(
          id,
          state,
          info,
          address,
          namespace,
          source,
          settings,
          progress,
          missedPolls,
          ended,
          pending,
          end,
          executorFailures);
    }
  }
}
