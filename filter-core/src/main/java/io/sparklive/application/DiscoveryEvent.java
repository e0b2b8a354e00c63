// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/**
 * A change that discovery has observed. Events are the only input of {@link ApplicationRegistry}.
 */
public sealed interface DiscoveryEvent {

  /**
   * The pod of a driver exists, and the driver does not run yet, or not again. A changed reason is
   * a further event.
   *
   * @param source the source that found the pod
   * @param id the application that the driver will run
   * @param info the description of the application; its start is the creation of the pod
   * @param namespace the Kubernetes namespace of the driver, if it has one
   * @param reason why it does not run
   */
  record DriverPending(
      SourceRef source,
      ApplicationId id,
      ApplicationInfo info,
      Optional<String> namespace,
      PendingReason reason)
      implements DiscoveryEvent {}

  /**
   * A driver runs.
   *
   * @param source the source that found the driver
   * @param id the application that the driver runs
   * @param responds whether the driver's UI responds yet
   * @param info the description that the driver reports
   * @param address the address of its UI; present if the UI responds
   * @param namespace the Kubernetes namespace of the driver, if it has one
   */
  record DriverFound(
      SourceRef source,
      ApplicationId id,
      boolean responds,
      ApplicationInfo info,
      Optional<DriverAddress> address,
      Optional<String> namespace)
      implements DiscoveryEvent {
    public DriverFound {
      if (responds && address.isEmpty()) {
        throw new IllegalArgumentException("a driver that responds has an address");
      }
    }
  }

  /**
   * A driver has reported its settings.
   *
   * @param source the source that found the driver
   * @param id the application that the driver ran at that time
   * @param started when that application had started, as a later one may have the same id
   */
  record SettingsReported(
      SourceRef source, ApplicationId id, Instant started, DriverSettings settings)
      implements DiscoveryEvent {}

  /**
   * A driver has reported its progress.
   *
   * @param source the source that found the driver
   * @param id the application that the driver ran at that time
   * @param started when that application had started, as a later one may have the same id
   */
  record ProgressReported(SourceRef source, ApplicationId id, Instant started, Progress progress)
      implements DiscoveryEvent {}

  /**
   * A driver has not responded to a poll for its progress.
   *
   * @param source the source that found the driver
   * @param id the application that the driver ran at that time
   * @param started when that application had started, as a later one may have the same id
   * @param begin when the poll began, on the clock of {@link Progress#asOf}
   * @param end when the filter gave it up
   */
  record ProgressMissed(
      SourceRef source, ApplicationId id, Instant started, Instant begin, Instant end)
      implements DiscoveryEvent {}

  /**
   * The driver of a source responds, but requires a login: an unauthenticated client gets no data.
   *
   * @param source the source that found the driver
   * @param address the address that responded
   */
  record AuthRequired(SourceRef source, DriverAddress address) implements DiscoveryEvent {}

  /**
   * The driver of a source has no UI, as far as discovery can determine. If its UI responds later,
   * a {@link DriverFound} event follows.
   *
   * @param source the source that found the driver
   */
  record NoUi(SourceRef source) implements DiscoveryEvent {}

  /**
   * A driver had ended before discovery found it, or its pod before the driver ever ran. The
   * registry ignores this event for an application that it has already.
   *
   * @param source the source that found what is left of the driver, such as its pod
   * @param id the application that the driver ran
   * @param info the description of the application
   * @param namespace the Kubernetes namespace of the driver, if it has one
   * @param at when the driver ended
   * @param end how it ended, if that is known
   */
  record AlreadyFinished(
      SourceRef source,
      ApplicationId id,
      ApplicationInfo info,
      Optional<String> namespace,
      Instant at,
      Optional<DriverEnd> end)
      implements DiscoveryEvent {
    /** The end of a driver of which the kind of its end is unknown. */
    public AlreadyFinished(
        SourceRef source,
        ApplicationId id,
        ApplicationInfo info,
        Optional<String> namespace,
        Instant at) {
      this(source, id, info, namespace, at, Optional.empty());
    }
  }

  /**
   * The driver of a source has ended, or its pod before the driver ran. If the end was reported
   * before, a further event only reports how it ended.
   *
   * @param source the source that found the driver
   * @param at when discovery noticed the end
   * @param end how it ended, if that is known
   */
  record DriverLost(SourceRef source, Instant at, Optional<DriverEnd> end)
      implements DiscoveryEvent {
    /** The end of a driver of which the kind of its end is unknown. */
    public DriverLost(SourceRef source, Instant at) {
      this(source, at, Optional.empty());
    }
  }

  /**
   * An executor has failed. The registry ignores this event for an application that does not run,
   * or has another namespace.
   *
   * @param id the application of the executor
   * @param namespace the namespace of the pod of the executor
   */
  record ExecutorFailed(ApplicationId id, String namespace, ExecutorFailures.Failure failure)
      implements DiscoveryEvent {}

  /**
   * The History Server has taken over an application that has ended, or the filter gives up waiting
   * for that. The registry ignores this event for an application that runs.
   *
   * @param id the application
   * @param history the state of its history
   * @param reason the reason for the log, such as {@code its history is complete}
   */
  record HandedOff(ApplicationId id, EndedApplication.History history, String reason)
      implements DiscoveryEvent {}
}
