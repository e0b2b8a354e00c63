// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.Progress.StreamingQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Structured Streaming queries of an application, from the batches that a poll has found. A
 * poll finds a query only while a job of it runs, so that two queries of one application take turns
 * from poll to poll. Each keeps its place in the list, and its pace.
 */
final class StreamingQueries {
  /** A query without a new batch for this time does not count as running any more. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** A query is about 200 bytes. */
  private static final int MAX_QUERIES = 8;

  private StreamingQueries() {}

  /**
   * The queries after a report, in the order in which they were first reported.
   *
   * @param before the queries of the last report
   * @param batches the batches whose jobs the driver has reported
   */
  static List<StreamingQuery> after(
      List<StreamingQuery> before, Collection<StreamDescription> batches, Instant asOf) {
    Map<String, StreamDescription> newest = newestById(batches);
    List<StreamingQuery> queries = new ArrayList<>();
    for (StreamingQuery query : before) {
      Optional<StreamDescription> batch =
          newest.values().stream().filter(each -> replaces(each, query)).findFirst();
      batch.ifPresent(found -> newest.remove(found.id()));
      batch
          .map(found -> next(query, found, asOf))
          .or(() -> Optional.of(query).filter(old -> asOf.isBefore(old.seen().plus(TIMEOUT))))
          .ifPresent(queries::add);
    }
    newest.values().stream()
        .limit(Math.max(0, MAX_QUERIES - queries.size()))
        .forEach(batch -> queries.add(first(batch, asOf)));
    return List.copyOf(queries);
  }

  private static Map<String, StreamDescription> newestById(Collection<StreamDescription> batches) {
    Map<String, StreamDescription> newest = new LinkedHashMap<>();
    batches.stream()
        .sorted(Comparator.comparing(StreamDescription::name).thenComparing(StreamDescription::id))
        .forEach(
            batch -> newest.merge(batch.id(), batch, (a, b) -> a.batch() >= b.batch() ? a : b));
    return newest;
  }

  /** Two queries that run in one session have different names, unless they have none. */
  private static boolean replaces(StreamDescription batch, StreamingQuery query) {
    boolean isSameName = batch.name().equals(query.name()) && !query.name().isEmpty();
    return isSameName || batch.id().equals(query.id());
  }

  private static StreamingQuery next(StreamingQuery query, StreamDescription batch, Instant asOf) {
    boolean isSame = batch.id().equals(query.id()) && batch.name().equals(query.name());
    return isSame ? query.after(batch.batch(), asOf) : first(batch, asOf);
  }

  private static StreamingQuery first(StreamDescription batch, Instant asOf) {
    return StreamingQuery.first(batch.id(), batch.name(), batch.batch(), asOf);
  }
}
