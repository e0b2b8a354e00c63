package io.sparklive.application;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  private static final int MOST_NAMED = 5;

  /**
   * An error that names the first of these, in the order of their texts; empty if there is none.
   */
  public static Optional<String> errorOf(Collection<String> errors) {
    if (errors.isEmpty()) {
      return Optional.empty();
    }
    String named = errors.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining("; "));
    int more = errors.size() - MOST_NAMED;
    return Optional.of(more > 0 ? named + "; and " + more + " more" : named);
  }

  /** The same with more errors. */
  public SourceStatus withErrors(Collection<String> more) {
    List<String> errors = Stream.concat(error.stream(), more.stream()).toList();
    return new SourceStatus(source, place, state, since, lastEvent, applications, errorOf(errors));
  }

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
