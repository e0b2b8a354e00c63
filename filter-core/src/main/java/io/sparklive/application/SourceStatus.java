// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The status of one part of discovery, for health and metrics.
 *
 * @param kind the kind of discovery, such as {@code driver pods}
 * @param scope the part that it observes, such as {@code namespace etl}
 * @param state whether this part works
 * @param since when it entered that state
 * @param lastEvent when it received its last event; empty before the first one
 * @param applications how many applications it has found
 * @param error the error, in words that an operator can act on; a source that is up may have one
 */
public record SourceStatus(
    String kind,
    String scope,
    State state,
    Instant since,
    Optional<Instant> lastEvent,
    int applications,
    Optional<String> error) {

  private static final int MOST_NAMED = 5;

  /**
   * One error that names the first errors, in the order of their texts; empty if there are none.
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
    return new SourceStatus(kind, scope, state, since, lastEvent, applications, errorOf(errors));
  }

  /** Whether a source receives the changes in its scope. */
  public enum State {
    /** It has started, and has not read its whole scope yet. */
    STARTING,
    /** It receives each change. */
    UP,
    /** It receives nothing at the moment; the applications that it found before are kept. */
    DOWN
  }
}
