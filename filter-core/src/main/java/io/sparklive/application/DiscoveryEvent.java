package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/** One thing that was seen; the only input of the {@link ApplicationRegistry}. */
public sealed interface DiscoveryEvent {

  /**
   * A driver runs.
   *
   * @param source who saw it
   * @param id the application it runs
   * @param answers whether its UI answers yet
   * @param facts what it says of itself
   * @param address where its UI is; always present where it answers
   * @param namespace the Kubernetes namespace it runs in, where there is one
   */
  record DriverFound(
      SourceRef source,
      ApplicationId id,
      boolean answers,
      ApplicationInfo facts,
      Optional<DriverAddress> address,
      Optional<String> namespace)
      implements DiscoveryEvent {
    public DriverFound {
      if (answers && address.isEmpty()) {
        throw new IllegalArgumentException("a driver that answers has an address");
      }
    }
  }

  /**
   * A driver has told its settings.
   *
   * @param source who saw the driver that was asked
   * @param id the application it ran then
   * @param started when that had started: an id may come again
   */
  record SettingsReported(
      SourceRef source, ApplicationId id, Instant started, DriverSettings settings)
      implements DiscoveryEvent {}

  /**
   * A driver has told how far it is.
   *
   * @param source who saw the driver that was asked
   * @param id the application it ran then
   * @param started when that had started: an id may come again
   */
  record ProgressReported(SourceRef source, ApplicationId id, Instant started, Progress progress)
      implements DiscoveryEvent {}

  /**
   * The driver that the witness sees answers, but tells nothing to somebody it does not know.
   *
   * @param source who sees it
   * @param address where it answered
   */
  record AuthRequired(SourceRef source, DriverAddress address) implements DiscoveryEvent {}

  /**
   * The driver that the witness sees has no UI, for all that can be told. One that turns out to
   * have one is seen answering.
   *
   * @param source who sees it
   */
  record NoUi(SourceRef source) implements DiscoveryEvent {}

  /**
   * A driver that ran before anybody looked has ended. It tells nothing new of an application that
   * is known.
   *
   * @param source who saw its remains
   * @param id the application it ran
   * @param facts what they say of it
   * @param namespace the Kubernetes namespace it ran in, where there is one
   * @param at when it ended
   */
  record AlreadyFinished(
      SourceRef source,
      ApplicationId id,
      ApplicationInfo facts,
      Optional<String> namespace,
      Instant at)
      implements DiscoveryEvent {}

  /**
   * Whatever driver the witness saw before, it is gone.
   *
   * @param source who saw it go
   * @param at when that was noticed
   */
  record DriverLost(SourceRef source, Instant at) implements DiscoveryEvent {}

  /**
   * An application that has ended need not be remembered any longer. One that runs is not touched
   * by this.
   *
   * @param id the application
   * @param why for the log, such as {@code its history is there}
   */
  record HandedOff(ApplicationId id, String why) implements DiscoveryEvent {}
}
