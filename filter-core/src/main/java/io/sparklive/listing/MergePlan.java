package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.CatalogStatus;
import io.sparklive.history.EntryFields;
import io.sparklive.history.HistoryCatalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one answer of the list gets from us.
 *
 * <p>The History Server takes its list at some moment between the request and the first byte. An
 * application that it does not know at either end of that time is not in its list, and is ours. One
 * that it has an incomplete log of at both ends is in its list. Any other may be in it or not: such
 * ids are looked for in the stream, and follow at the end where they did not come.
 *
 * <p>In a short list, the filter searches for all running applications. If the list turns out to be
 * long, the filter queries the catalog a second time instead: a search would cost more.
 *
 * <p>The History Server loses an application for a moment at its end: a scan that finds the log
 * under its final name removes the entry of the old name, and a thread of its own makes the new one
 * ({@code FsHistoryProvider.checkForLogs}).
 *
 * <p>For one thread at a time.
 */
final class MergePlan implements ArrayInsertions {
  private static final Logger LOG = LoggerFactory.getLogger(MergePlan.class);

  /**
   * A list with fewer entries is looked through. That takes the time of a few questions: for an
   * application that it does not know, Spark makes an exception, under the hundred frames of a
   * response that is being written.
   */
  private static final int SHORT = 64;

  private static final Comparator<LiveApplication> NEWEST_END_FIRST =
      Comparator.comparing((LiveApplication a) -> a.ended().orElse(Instant.MAX)).reversed();

  private final List<LiveApplication> candidates;
  private final Set<ApplicationId> incomplete;
  private final HistoryCatalog catalog;
  private final ListQuery query;
  private final Instant now;
  private final List<LiveApplication> before = new ArrayList<>();
  private final List<LiveApplication> after = new ArrayList<>();
  private final List<LiveApplication> doubtful = new ArrayList<>();
  private final Set<String> found = new HashSet<>();
  private List<LiveApplication> unsettled = List.of();
  private Set<String> searchedIds = Set.of();
  private Optional<CompletableFuture<Map<ApplicationId, CatalogStatus>>> answer = Optional.empty();
  private int entries;
  private boolean added;

  /**
   * @param incomplete those of the candidates that the History Server lists as running, before it
   *     makes its list; of one elsewhere, those of them that have ended
   */
  private MergePlan(
      List<LiveApplication> candidates,
      Set<ApplicationId> incomplete,
      HistoryCatalog catalog,
      ListQuery query,
      Instant now) {
    this.candidates = candidates;
    this.incomplete = incomplete;
    this.catalog = catalog;
    this.query = query;
    this.now = now;
  }

  /** Looks which applications the History Server may not know, before it makes its list. */
  static MergePlan of(
      ListQuery query, List<LiveApplication> applications, HistoryCatalog catalog, Instant now) {
    List<LiveApplication> covered =
        applications.stream().filter(application -> query.covers(application, now)).toList();
    if (!catalog.isAtHand()) {
      // There, to ask of each whether it is known at all would be a request for each.
      List<LiveApplication> mayBeAdded =
          covered.stream().filter(a -> !catalog.isComplete(a.id())).toList();
      Set<ApplicationId> listed =
          mayBeAdded.stream()
              .filter(a -> !a.state().isRunning())
              .map(LiveApplication::id)
              .filter(catalog::isListed)
              .collect(Collectors.toSet());
      return new MergePlan(mayBeAdded, listed, catalog, query, now);
    }
    Map<ApplicationId, CatalogStatus> knowledge = catalog.knowledgeOfAll(ids(covered));
    return new MergePlan(
        covered.stream().filter(a -> knowledge.get(a.id()) != CatalogStatus.COMPLETE).toList(),
        covered.stream()
            .map(LiveApplication::id)
            .filter(id -> knowledge.get(id) == CatalogStatus.INCOMPLETE)
            .collect(Collectors.toSet()),
        catalog,
        query,
        now);
  }

  private static List<ApplicationId> ids(List<LiveApplication> applications) {
    return applications.stream().map(LiveApplication::id).toList();
  }

  /** Whether there is nothing to add at all, whatever the History Server lists. */
  boolean isEmpty() {
    return candidates.isEmpty();
  }

  /** Whether the list got an entry. */
  boolean hasAddedEntries() {
    return added;
  }

  /** How many entries the whole list has at most. */
  int limit() {
    return query.limit();
  }

  /**
   * Queries the catalog about the ended applications a second time: the History Server has made its
   * list.
   */
  @Override
  public List<byte[]> atStart() {
    List<LiveApplication> ended = new ArrayList<>();
    List<LiveApplication> running = new ArrayList<>();
    candidates.forEach(a -> (a.state().isRunning() ? running : ended).add(a));
    if (!ended.isEmpty()) {
      place(ended, join(catalog.knowledgeOfAllSoon(ids(ended))));
      before.sort(NEWEST_END_FIRST);
    }
    unsettled = running;
    updateSearchedIds();
    return json(before);
  }

  /**
   * Queries the catalog about the running applications a second time if the list is long, and uses
   * the answer as soon as it is there.
   */
  @Override
  public boolean beforeEntry() {
    if (!unsettled.isEmpty()) {
      settleIfAnswered();
    }
    entries++;
    return !searchedIds.isEmpty();
  }

  @Override
  public void onEntry(String id) {
    if (searchedIds.contains(id)) {
      found.add(id);
    }
  }

  @Override
  public List<byte[]> atEnd() {
    placeUnsettled();
    List<LiveApplication> all = new ArrayList<>(after);
    doubtful.stream().filter(a -> !found.contains(a.id().value())).forEach(all::add);
    all.sort(Comparator.comparing(LiveApplication::id));
    Collections.reverse(all);
    return json(all);
  }

  /** The ids to search for in the History Server's entries, as far as is certain by now. */
  Set<String> searchedIds() {
    return searchedIds;
  }

  private void settleIfAnswered() {
    // In the list of a remote History Server, the filter searches to the end.
    if (answer.isEmpty() && entries >= SHORT && catalog.isAtHand()) {
      answer = Optional.of(catalog.knowledgeOfAllSoon(ids(unsettled)));
    }
    if (answer.isPresent() && answer.get().isDone()) {
      placeUnsettled();
      updateSearchedIds();
    }
  }

  /** The answer is on its way: a catalog that fails now must not break it off. */
  private static Map<ApplicationId, CatalogStatus> join(
      CompletableFuture<Map<ApplicationId, CatalogStatus>> knowledge) {
    try {
      return knowledge.join();
    } catch (CompletionException e) {
      LOG.warn("The History Server cannot say which applications it knows by now", e.getCause());
      return Map.of();
    }
  }

  private void placeUnsettled() {
    if (unsettled.isEmpty()) {
      return;
    }
    // If the list was short, the catalog was not queried: all of them are doubtful.
    place(unsettled, answer.map(MergePlan::join).orElse(Map.of()));
    unsettled = List.of();
  }

  private void updateSearchedIds() {
    searchedIds =
        Stream.of(doubtful, unsettled)
            .flatMap(List::stream)
            .map(a -> a.id().value())
            .collect(Collectors.toSet());
  }

  private void place(
      List<LiveApplication> applications, Map<ApplicationId, CatalogStatus> knowledge) {
    for (LiveApplication application : applications) {
      CatalogStatus known = knowledge.get(application.id());
      if (incomplete.contains(application.id())) {
        if (known != CatalogStatus.INCOMPLETE || isShownByList(application)) {
          doubtful.add(application);
        }
      } else if (known == CatalogStatus.UNKNOWN) {
        (application.state().isRunning() ? after : before).add(application);
      } else if (known != CatalogStatus.INCOMPLETE || query.coversRunning(application, now)) {
        doubtful.add(application);
      }
      // Else the History Server has it among what runs, and that is not asked for.
    }
  }

  /**
   * Whether the list itself shows if the History Server has an incomplete entry. What a History
   * Server elsewhere said of its list is some seconds old, and an entry can be lost in between.
   */
  private boolean isShownByList(LiveApplication application) {
    return !catalog.isAtHand() && query.coversRunning(application, now);
  }

  /**
   * Reads the fields after the History Server has made its list: if the list has an entry of its
   * own, the catalog has the fields of it.
   */
  private List<byte[]> json(List<LiveApplication> applications) {
    if (applications.isEmpty()) {
      return List.of();
    }
    added = true;
    return ApplicationJson.ofEach(applications, entryFields(), now);
  }

  private EntryFields entryFields() {
    try {
      return catalog.entryFields().orElse(EntryFields.NONE);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Entries lack fields that only this Spark version has: the catalog failed", e);
      return EntryFields.NONE;
    }
  }
}
