package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/**
 * An application that runs, or has ended and is not forgotten yet. Immutable.
 *
 * @param id its id
 * @param state where it stands
 * @param facts what its driver says of it
 * @param address where its live UI is: present while it {@linkplain ApplicationState#hasUi has
 *     one}, never once {@code ENDED}
 * @param namespace the Kubernetes namespace it runs in, where there is one
 * @param source who sees it
 * @param settings what its driver's settings say, once that is known
 * @param progress how far it is, where somebody wanted to know: the last that its driver told
 * @param ended when its driver was noticed to be gone: present only once {@code ENDED}
 */
public record LiveApplication(
    ApplicationId id,
    ApplicationState state,
    ApplicationInfo facts,
    Optional<DriverAddress> address,
    Optional<String> namespace,
    SourceRef source,
    Optional<DriverSettings> settings,
    Optional<Progress> progress,
    Optional<Instant> ended) {

  /** One that has told nothing but its facts. */
  public LiveApplication(
      ApplicationId id,
      ApplicationState state,
      ApplicationInfo facts,
      Optional<DriverAddress> address,
      Optional<String> namespace,
      SourceRef source,
      Optional<Instant> ended) {
    this(id, state, facts, address, namespace, source, Optional.empty(), Optional.empty(), ended);
  }

  static LiveApplication of(DiscoveryEvent.DriverFound seen, ApplicationState state) {
    return new LiveApplication(
        seen.id(),
        state,
        seen.facts(),
        seen.address(),
        seen.namespace(),
        seen.source(),
        Optional.empty());
  }

  static LiveApplication of(DiscoveryEvent.AlreadyFinished finished) {
    return new LiveApplication(
            finished.id(),
            ApplicationState.ENDED,
            finished.facts(),
            Optional.empty(),
            finished.namespace(),
            finished.source(),
            Optional.empty())
        .endedAt(finished.at());
  }

  LiveApplication in(ApplicationState other) {
    return new LiveApplication(
        id, other, facts, address, namespace, source, settings, progress, ended);
  }

  LiveApplication at(Optional<DriverAddress> known) {
    return new LiveApplication(
        id, state, facts, known, namespace, source, settings, progress, ended);
  }

  LiveApplication endedAt(Instant at) {
    return new LiveApplication(
        id,
        ApplicationState.ENDED,
        facts,
        Optional.empty(),
        namespace,
        source,
        settings.map(DriverSettings::ended),
        progress,
        Optional.of(at.isBefore(facts.started()) ? facts.started() : at));
  }

  LiveApplication with(DriverSettings told) {
    return new LiveApplication(
        id, state, facts, address, namespace, source, Optional.of(told), progress, ended);
  }

  LiveApplication with(Progress told) {
    return new LiveApplication(
        id, state, facts, address, namespace, source, settings, Optional.of(told), ended);
  }

  /** The same with what another sighting of this run had told. */
  LiveApplication withWhatWasToldTo(LiveApplication before) {
    return new LiveApplication(
        id, state, facts, address, namespace, source, before.settings, before.progress, ended);
  }
}
