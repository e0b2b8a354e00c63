package io.sparklive.application;

import java.time.Instant;
import java.util.Optional;

/**
 * How one source of sightings fares.
 *
 * @param source the kind of discovery, such as {@code driver pods}
 * @param place what it looks at there, such as {@code namespace etl}
 * @param state whether it sees what happens
 * @param since since when it is in that state
 * @param lastEvent when it last saw something; empty where it has seen nothing yet
 * @param applications how many applications it sees
 * @param error what is wrong, in words a person can act on; a source that is up may have one too
 */
public record SourceStatus(
    String source,
    String place,
    State state,
    Instant since,
    Optional<Instant> lastEvent,
    int applications,
    Optional<String> error) {

  /** Whether a source sees what happens. */
  public enum State {
    /** It has begun to look, and has not seen everything yet. */
    STARTING,
    /** It sees what happens as it happens. */
    UP,
    /** It sees nothing at the moment; what it saw before is kept. */
    DOWN
  }
}
