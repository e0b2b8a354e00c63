package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one answer of the list gets from us.
 *
 * <p>The History Server takes its list at some moment between the request and the first byte. An
 * application that it does not know at either end of that time is not in its list, and is ours. One
 * that it learned of in between may be in it or not: such ids are looked for in the stream, and
 * follow at the end where they did not come.
 */
final class Additions {
  private static final Logger LOG = LoggerFactory.getLogger(Additions.class);
  private static final Comparator<LiveApplication> NEWEST_END_FIRST =
      Comparator.comparing((LiveApplication a) -> a.ended().orElse(Instant.MAX)).reversed();

  private final List<LiveApplication> candidates;
  private final HistoryCatalog catalog;
  private final ListQuery query;
  private final Instant now;
  private final List<LiveApplication> before = new ArrayList<>();
  private final List<LiveApplication> after = new ArrayList<>();
  private final List<LiveApplication> doubtful = new ArrayList<>();

  private Additions(
      List<LiveApplication> candidates, HistoryCatalog catalog, ListQuery query, Instant now) {
    this.candidates = candidates;
    this.catalog = catalog;
    this.query = query;
    this.now = now;
  }

  /** Looks which applications the History Server may not know, before it makes its list. */
  static Additions to(
      ListQuery query, List<LiveApplication> applications, HistoryCatalog catalog, Instant now) {
    return new Additions(
        applications.stream()
            .filter(application -> query.covers(application, now))
            .filter(application -> mayBeMissing(application, catalog))
            .toList(),
        catalog,
        query,
        now);
  }

  /** To ask of each whether it is known at all is for a catalog at hand only. */
  private static boolean mayBeMissing(LiveApplication application, HistoryCatalog catalog) {
    return catalog.isAtHand()
        ? catalog.knowledgeOf(application.id()) == Knowledge.UNKNOWN
        : !catalog.isComplete(application.id());
  }

  /** Whether there is nothing to add at all. */
  boolean isEmpty() {
    return candidates.isEmpty();
  }

  /** Looks again, once the History Server has made its list. */
  void settle() {
    for (LiveApplication application : candidates) {
      boolean isRunning = application.state().isRunning();
      boolean isSeenInTime = isRunning && !catalog.isAtHand();
      Optional<Knowledge> knowledge = isSeenInTime ? Optional.empty() : knowledgeNow(application);
      if (knowledge.equals(Optional.of(Knowledge.UNKNOWN))) {
        (isRunning ? after : before).add(application);
      } else if (!knowledge.equals(Optional.of(Knowledge.INCOMPLETE))
          || query.coversRunning(application, now)) {
        doubtful.add(application);
      }
      // Else the History Server has it among what runs, and that is not asked for.
    }
    before.sort(NEWEST_END_FIRST);
  }

  /** The answer is on its way: a catalog that fails now must not break it off. */
  private Optional<Knowledge> knowledgeNow(LiveApplication application) {
    try {
      return Optional.of(catalog.knowledgeNow(application.id()));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server cannot say whether it knows {} by now", application.id(), e);
      return Optional.empty();
    }
  }

  /** How many entries the whole answer has at most. */
  int limit() {
    return query.limit();
  }

  /** The entries that come before the History Server's own. */
  List<byte[]> before() {
    return written(before);
  }

  /** The ids to look for in the History Server's entries. */
  Set<String> doubtfulIds() {
    return doubtful.stream()
        .map(LiveApplication::id)
        .map(ApplicationId::value)
        .collect(Collectors.toSet());
  }

  /**
   * The entries that come after the History Server's own.
   *
   * @param seen those of the doubtful ids that it listed
   */
  List<byte[]> after(Set<String> seen) {
    List<LiveApplication> all = new ArrayList<>(after);
    doubtful.stream().filter(a -> !seen.contains(a.id().value())).forEach(all::add);
    all.sort(Comparator.comparing(LiveApplication::id));
    Collections.reverse(all);
    return written(all);
  }

  private List<byte[]> written(List<LiveApplication> applications) {
    return applications.stream()
        .map(a -> ApplicationJson.of(a, now).getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
