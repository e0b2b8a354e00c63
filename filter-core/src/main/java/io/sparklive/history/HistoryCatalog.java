package io.sparklive.history;

import static java.util.stream.Collectors.toMap;

import io.sparklive.application.ApplicationId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The History Server's catalog. Implementations are thread-safe, and quick enough for a request's
 * thread: they replay no event log.
 */
public interface HistoryCatalog {
  /**
   * What the History Server knows of this application now, or did a second ago at most.
   *
   * @throws RuntimeException when the History Server cannot answer; callers then leave the request
   *     to it
   */
  CatalogStatus knowledgeOf(ApplicationId id);

  /**
   * Whether the application is {@link CatalogStatus#COMPLETE}, for those who ask of very many at a
   * time. Where the catalog is not {@link #isAtHand at hand} the answer may be some seconds old.
   *
   * @throws RuntimeException when the History Server cannot answer
   */
  default boolean isComplete(ApplicationId id) {
    return knowledgeOf(id) == CatalogStatus.COMPLETE;
  }

  /**
   * Whether the History Server lists the application itself, for callers that check very many at a
   * time. If the catalog is not {@link #isAtHand at hand}, the response may be some seconds old.
   *
   * @throws RuntimeException if the History Server cannot answer
   */
  default boolean isListed(ApplicationId id) {
    return knowledgeOf(id) != CatalogStatus.UNKNOWN;
  }

  /**
   * Whether asking costs little, so that whoever writes a list may ask for each of its
   * applications. Otherwise each question goes to another server.
   */
  default boolean isAtHand() {
    return true;
  }

  /** What the History Server knows of this application now, and not a moment ago. */
  default CatalogStatus knowledgeNow(ApplicationId id) {
    return knowledgeOf(id);
  }

  /** The same as {@link #knowledgeOf(ApplicationId)} of each of these, for less. */
  default Map<ApplicationId, CatalogStatus> knowledgeOfAll(Collection<ApplicationId> ids) {
    return ids.stream().distinct().collect(toMap(id -> id, this::knowledgeOf));
  }

  /** The same as {@link #knowledgeNow(ApplicationId)} of each of these, for less. */
  default Map<ApplicationId, CatalogStatus> knowledgeOfAllNow(Collection<ApplicationId> ids) {
    return ids.stream().distinct().collect(toMap(id -> id, this::knowledgeNow));
  }

  /**
   * The same, where that takes long maybe on another thread, while whoever asks goes on. What fails
   * fails the future.
   */
  default CompletableFuture<Map<ApplicationId, CatalogStatus>> knowledgeOfAllSoon(
      Collection<ApplicationId> ids) {
    try {
      return CompletableFuture.completedFuture(knowledgeOfAllNow(ids));
    } catch (RuntimeException | LinkageError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * The catalog as it answers the sender of this request, with the credentials that came with it.
   * What this returns may be asked when the request is over.
   */
  default HistoryCatalog askedBy(HttpServletRequest request) {
    return this;
  }

  /**
   * The fields of the entries in the History Server's own list. They may be a minute old. Empty
   * only if the History Server lists no application yet, or does not respond.
   *
   * @throws RuntimeException if the History Server cannot answer
   */
  default Optional<EntryFields> entryFields() {
    return Optional.empty();
  }

  /**
   * The newest attempt of an application whose attempts the History Server tells apart: its pages
   * are then under {@code /history/<id>/<attempt>/} and nowhere else.
   */
  Optional<String> newestAttempt(ApplicationId id);

  /**
   * Whether the History Server has scanned its directory of event logs since that moment, and has
   * taken in what it found; true if that is not known. At its end an application renames its log:
   * until such a scan, the History Server looks for the log under its old name, in vain.
   *
   * @throws RuntimeException when the History Server cannot answer
   */
  default boolean hasScannedSince(Instant moment) {
    return true;
  }

  /**
   * Where the event log of an application says that its driver is; empty where it does not say, or
   * has not grown for a long time. This one is slow: it replays the log.
   *
   * @throws RuntimeException when the History Server cannot answer
   */
  Optional<LoggedDriver> loggedDriver(ApplicationId id);
}
