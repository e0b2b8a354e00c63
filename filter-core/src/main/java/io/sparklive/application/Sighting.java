package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/** One thing that was seen; the only input of the {@link ApplicationRegistry}. */
public sealed interface Sighting {

  /**
   * A driver runs.
   *
   * @param witness who saw it
   * @param id the application it runs
   * @param answers whether its UI answers yet
   * @param facts what it says of itself
   * @param address where its UI is; always present where it answers
   * @param namespace the Kubernetes namespace it runs in, where there is one
   */
  record Seen(
      Witness witness,
      ApplicationId id,
      boolean answers,
      ApplicationFacts facts,
      Optional<DriverAddress> address,
      Optional<String> namespace)
      implements Sighting {
    public Seen {
      if (answers && address.isEmpty()) {
        throw new IllegalArgumentException("a driver that answers has an address");
      }
    }
  }

  /**
   * A driver has told its settings.
   *
   * @param witness who saw the driver that was asked
   * @param id the application it ran then
   * @param started when that had started: an id may come again
   */
  record Told(Witness witness, ApplicationId id, Instant started, DriverSettings settings)
      implements Sighting {}

  /**
   * A driver has told how far it is.
   *
   * @param witness who saw the driver that was asked
   * @param id the application it ran then
   * @param started when that had started: an id may come again
   */
  record Progressed(Witness witness, ApplicationId id, Instant started, Progress progress)
      implements Sighting {}

  /**
   * The driver that the witness sees answers, but tells nothing to somebody it does not know.
   *
   * @param witness who sees it
   * @param address where it answered
   */
  record Guarded(Witness witness, DriverAddress address) implements Sighting {}

  /**
   * The driver that the witness sees has no UI, for all that can be told. One that turns out to
   * have one is seen answering.
   *
   * @param witness who sees it
   */
  record WithoutUi(Witness witness) implements Sighting {}

  /**
   * A driver that ran before anybody looked has ended. It tells nothing new of an application that
   * is known.
   *
   * @param witness who saw its remains
   * @param id the application it ran
   * @param facts what they say of it
   * @param namespace the Kubernetes namespace it ran in, where there is one
   * @param at when it ended
   */
  record Finished(
      Witness witness,
      ApplicationId id,
      ApplicationFacts facts,
      Optional<String> namespace,
      Instant at)
      implements Sighting {}

  /**
   * Whatever driver the witness saw before, it is gone.
   *
   * @param witness who saw it go
   * @param at when that was noticed
   */
  record Gone(Witness witness, Instant at) implements Sighting {}

  /**
   * An application that has ended need not be remembered any longer. One that runs is not touched
   * by this.
   *
   * @param id the application
   * @param why for the log, such as {@code its history is there}
   */
  record Settled(ApplicationId id, String why) implements Sighting {}
}
