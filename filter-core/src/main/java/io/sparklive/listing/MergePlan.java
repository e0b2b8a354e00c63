package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.HistoryCatalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which entries the filter adds to one response of the list, and where.
 *
 * <p>The History Server takes its list at some moment between the request and the first byte. An
 * application that the catalog does not have at either end of that time is not in the list: the
 * filter adds it. An application whose log is incomplete at both ends is in the list. Any other may
 * be in the list or not: the filter searches for its id in the stream, and adds the application at
 * the end if it does not find the id.
 *
 * <p>In a short list, the filter searches for all running applications. If the list turns out to be
 * long, the filter queries the catalog a second time instead: a search would cost more.
 *
 * <p>The History Server loses an application for a moment at its end: a scan that finds the log
 * under its final name removes the entry of the old name, and a separate thread creates the new
 * entry ({@code FsHistoryProvider.checkForLogs}).
 *
 * <p>Not thread-safe.
 */
final class MergePlan implements ArrayInsertions {
  private static final Logger LOG = LoggerFactory.getLogger(MergePlan.class);

  /**
   * In a list with fewer entries, the filter searches for all ids. That takes the time of a few
   * queries: for each unknown application, Spark creates an exception, under the hundred frames of
   * a response that is being written.
   */
  private static final int SHORT_LIST = 64;

  private static final Comparator<LiveApplication> NEWEST_END_FIRST =
      Comparator.comparing((LiveApplication a) -> a.ended().orElse(Instant.MAX)).reversed();

  private final List<LiveApplication> running;
  private final List<LiveApplication> ended;
  private final Map<ApplicationId, CatalogStatus> earlierStatus;
  private final HistoryCatalog catalog;
  private final ListQuery query;
  private final Instant now;
  private final List<LiveApplication> before = new ArrayList<>();
  private final List<LiveApplication> after = new ArrayList<>();
  private final List<LiveApplication> doubtful = new ArrayList<>();
  private final Set<String> found = new HashSet<>();
  private List<LiveApplication> unsettled = List.of();
  private Set<String> searchedIds = Set.of();
  private @Nullable CompletableFuture<Map<ApplicationId, CatalogStatus>> laterStatus;
  private int entries;
  private boolean hasAdded;

  private MergePlan(
      List<LiveApplication> running,
      List<LiveApplication> ended,
      HistoryCatalog catalog,
      ListQuery query,
      Instant now) {
    this.earlierStatus = catalog.statusForMerge(ids(running), ids(ended));
    this.running = withoutComplete(running);
    this.ended = withoutComplete(ended);
    this.catalog = catalog;
    this.query = query;
    this.now = now;
  }

  /** Queries the catalog about the applications before the History Server makes its list. */
  static MergePlan of(
      ListQuery query, List<LiveApplication> applications, HistoryCatalog catalog, Instant now) {
    List<LiveApplication> running = new ArrayList<>();
    List<LiveApplication> ended = new ArrayList<>();
    for (LiveApplication application : applications) {
      if (query.covers(application, now)) {
        (application.state().isRunning() ? running : ended).add(application);
      }
    }
    return new MergePlan(running, ended, catalog, query, now);
  }

  private List<LiveApplication> withoutComplete(List<LiveApplication> applications) {
    return applications.stream()
        .filter(a -> earlierStatus.get(a.id()) != CatalogStatus.COMPLETE)
        .toList();
  }

  private static List<ApplicationId> ids(List<LiveApplication> applications) {
    return applications.stream().map(LiveApplication::id).toList();
  }

  /** Whether there is nothing to add in any case. */
  boolean isEmpty() {
    return running.isEmpty() && ended.isEmpty();
  }

  /** Whether the list got an entry. */
  boolean hasAddedEntries() {
    return hasAdded;
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
    if (!ended.isEmpty()) {
      place(ended, join(catalog.statusAsync(ids(ended))));
      before.sort(NEWEST_END_FIRST);
    }
    unsettled = running;
    updateSearchedIds();
    return json(before);
  }

  /**
   * Queries the catalog about the running applications a second time if the list is long, and uses
   * the result as soon as it is available.
   */
  @Override
  public boolean beforeEntry() {
    if (!unsettled.isEmpty()) {
      settleIfComplete();
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

  /** The ids to search for in the History Server's entries. */
  Set<String> searchedIds() {
    return searchedIds;
  }

  private void settleIfComplete() {
    // In the list of a remote History Server, the filter searches to the end.
    if (laterStatus == null && entries >= SHORT_LIST && catalog.isLocal()) {
      laterStatus = catalog.statusAsync(ids(unsettled));
    }
    if (laterStatus != null && laterStatus.isDone()) {
      placeUnsettled();
      updateSearchedIds();
    }
  }

  /** Waits for the status. The response is being sent: a failure must not abort it. */
  private static Map<ApplicationId, CatalogStatus> join(
      CompletableFuture<Map<ApplicationId, CatalogStatus>> status) {
    try {
      return status.join();
    } catch (CompletionException e) {
      LOG.warn("The History Server cannot say which applications it knows by now", e.getCause());
      return Map.of();
    }
  }

  private void placeUnsettled() {
    if (unsettled.isEmpty()) {
      return;
    }
    // If the list was short, the filter has not queried the catalog: all of them are doubtful.
    place(unsettled, laterStatus == null ? Map.of() : join(laterStatus));
    unsettled = List.of();
  }

  private void updateSearchedIds() {
    searchedIds =
        Stream.of(doubtful, unsettled)
            .flatMap(List::stream)
            .map(a -> a.id().value())
            .collect(Collectors.toSet());
  }

  private void place(List<LiveApplication> applications, Map<ApplicationId, CatalogStatus> status) {
    for (LiveApplication application : applications) {
      CatalogStatus later = status.get(application.id());
      if (earlierStatus.get(application.id()) == CatalogStatus.INCOMPLETE) {
        if (later != CatalogStatus.INCOMPLETE || isShownByList(application)) {
          doubtful.add(application);
        }
      } else if (later == CatalogStatus.UNKNOWN) {
        (application.state().isRunning() ? after : before).add(application);
      } else if (later != CatalogStatus.INCOMPLETE || query.coversRunning(application, now)) {
        doubtful.add(application);
      }
      // Else the History Server lists it as running, and the query excludes running applications.
    }
  }

  /**
   * Whether the list itself shows if the History Server has an incomplete entry. The status that a
   * remote catalog returned before is some seconds old, and an entry can be lost in between.
   */
  private boolean isShownByList(LiveApplication application) {
    return !catalog.isLocal() && query.coversRunning(application, now);
  }

  /**
   * Reads the fields after the History Server has made its list: if the list has an entry of its
   * own, the catalog has the fields of that entry.
   */
  private List<byte[]> json(List<LiveApplication> applications) {
    if (applications.isEmpty()) {
      return List.of();
    }
    hasAdded = true;
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
