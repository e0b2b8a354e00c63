// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static java.util.Objects.requireNonNull;

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
 * filter adds it. Any other may be in the list or not: the filter searches for its id in the
 * stream, and adds the application at the end if it does not find the id, unless the query excludes
 * the History Server's own entry.
 *
 * <p>If the list turns out to be long, a search would cost more than a second query: the filter
 * then queries the catalog, and stops to search for each application whose status is the same.
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

  private final List<LiveApplication> waiting;
  private final List<LiveApplication> others;
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
    this.waiting = new ArrayList<>();
    this.others = new ArrayList<>(running);
    ended.forEach(a -> (earlier(a) == CatalogStatus.UNKNOWN ? waiting : others).add(a));
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
      if (application.hasRun() && query.covers(application, now)) {
        (application.state().isRunning() ? running : ended).add(application);
      }
    }
    return new MergePlan(running, ended, catalog, query, now);
  }

  private static List<ApplicationId> ids(List<LiveApplication> applications) {
    return applications.stream().map(LiveApplication::id).toList();
  }

  /** Whether there is nothing to add in any case. */
  boolean isEmpty() {
    return waiting.isEmpty() && others.isEmpty();
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
   * Queries the catalog a second time about the ended applications without a history: the History
   * Server has made its list.
   */
  @Override
  public List<byte[]> atStart() {
    if (!waiting.isEmpty()) {
      place(waiting, join(catalog.statusAsync(ids(waiting))));
      before.sort(NEWEST_END_FIRST);
    }
    unsettled = others;
    updateSearchedIds();
    return json(before);
  }

  /**
   * Queries the catalog about the other applications a second time if the list is long, and uses
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
    List<LiveApplication> all = notFound(Stream.concat(after.stream(), doubtful.stream()));
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
      LOG.warn("Catalog lookup failed at the end of a list response", e.getCause());
      return Map.of();
    }
  }

  private void placeUnsettled() {
    if (unsettled.isEmpty()) {
      return;
    }
    place(unsettled, join(laterStatus == null ? statusAfterSearch() : laterStatus));
    unsettled = List.of();
  }

  /**
   * Queries the catalog about the applications that the list lacks although the History Server may
   * show them with a status that the query excludes. The others are doubtful without a second
   * status.
   */
  private CompletableFuture<Map<ApplicationId, CatalogStatus>> statusAfterSearch() {
    List<LiveApplication> missing =
        notFound(
            unsettled.stream()
                .filter(a -> !a.state().isRunning() || earlier(a) == CatalogStatus.COMPLETE));
    return missing.isEmpty()
        ? CompletableFuture.completedFuture(Map.of())
        : catalog.statusAsync(ids(missing));
  }

  private List<LiveApplication> notFound(Stream<LiveApplication> applications) {
    return applications
        .filter(a -> !found.contains(a.id().value()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private CatalogStatus earlier(LiveApplication application) {
    return requireNonNull(earlierStatus.get(application.id()), "the catalog returns each status");
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
      CatalogStatus earlier = earlier(application);
      CatalogStatus later = status.get(application.id());
      if (earlier == CatalogStatus.UNKNOWN && later == CatalogStatus.UNKNOWN) {
        (application.state().isRunning() ? after : before).add(application);
      } else if (isDoubtful(application, earlier, later)) {
        doubtful.add(application);
      }
    }
  }

  /**
   * Whether the list may lack the application although the query covers it.
   *
   * @param later null if the catalog failed, or was not queried
   */
  private boolean isDoubtful(
      LiveApplication application, CatalogStatus earlier, @Nullable CatalogStatus later) {
    boolean isSearched = laterStatus == null;
    return switch (earlier) {
      // A complete application does not run, whatever its driver reports.
      case COMPLETE ->
          later == CatalogStatus.COMPLETE
              ? isSearched && !application.state().isRunning() && query.coversCompleted(application)
              : later != null;
      case INCOMPLETE ->
          later != CatalogStatus.INCOMPLETE
              || (isSearched && query.coversRunning(application, now));
      // The History Server lists an incomplete log as running. The query may exclude that.
      case UNKNOWN -> later != CatalogStatus.INCOMPLETE || query.coversRunning(application, now);
    };
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
