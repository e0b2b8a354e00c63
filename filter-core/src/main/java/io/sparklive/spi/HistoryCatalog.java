// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static java.util.stream.Collectors.toMap;

import io.sparklive.application.ApplicationId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The History Server's catalog. Implementations are thread-safe, and fast enough for a request's
 * thread: they replay no event log.
 *
 * <p>A method that returns a status throws a {@link RuntimeException} if the History Server does
 * not respond. Callers then leave the request to the History Server.
 */
public interface HistoryCatalog {
  /** How old a status may be. */
  enum Freshness {
    /** The History Server has this status now. */
    CURRENT,
    /** The History Server has this status now, or had it at most one second ago. */
    RECENT
  }

  /** The status of an application. */
  CatalogStatus status(ApplicationId id, Freshness freshness);

  /** The {@link Freshness#RECENT} status of an application. */
  default CatalogStatus status(ApplicationId id) {
    return status(id, Freshness.RECENT);
  }

  /** The status of each of these applications, for less than one query each. */
  default Map<ApplicationId, CatalogStatus> status(
      Collection<ApplicationId> ids, Freshness freshness) {
    return ids.stream().distinct().collect(toMap(id -> id, id -> status(id, freshness)));
  }

  /**
   * The {@link Freshness#CURRENT} status of each of these applications. If the query takes long,
   * another thread may run it. A failure fails the future; this method itself does not throw.
   */
  default CompletableFuture<Map<ApplicationId, CatalogStatus>> statusAsync(
      Collection<ApplicationId> ids) {
    try {
      return CompletableFuture.completedFuture(status(ids, Freshness.CURRENT));
    } catch (RuntimeException | LinkageError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * The status of applications that the caller is about to merge into the History Server's list.
   *
   * <p>A catalog that is not {@link #isLocal local} saves requests: a status may be some seconds
   * old, and a running application is {@link CatalogStatus#UNKNOWN} unless it is complete. The
   * caller finds out from the list itself whether the History Server lists it.
   *
   * @param running the applications that run, according to discovery
   * @param ended the applications that have ended, according to discovery
   */
  default Map<ApplicationId, CatalogStatus> statusForMerge(
      Collection<ApplicationId> running, Collection<ApplicationId> ended) {
    return status(Stream.concat(running.stream(), ended.stream()).toList(), Freshness.RECENT);
  }

  /**
   * Whether the application is {@link CatalogStatus#COMPLETE}, for callers that check very many at
   * a time. If the catalog is not {@link #isLocal local}, the response may be some seconds old.
   */
  default boolean isComplete(ApplicationId id) {
    return status(id) == CatalogStatus.COMPLETE;
  }

  /**
   * Whether the History Server lists the application itself, for callers that check very many at a
   * time. If the catalog is not {@link #isLocal local}, the response may be some seconds old.
   */
  default boolean isListed(ApplicationId id) {
    return status(id) != CatalogStatus.UNKNOWN;
  }

  /**
   * Whether the History Server's home page may lack the application, for callers that check very
   * many at a time. A catalog that is not {@link #isLocal local} is only certain that the page
   * lists complete applications.
   */
  default boolean mayBeUnlisted(ApplicationId id) {
    return status(id) == CatalogStatus.UNKNOWN;
  }

  /**
   * Whether the History Server runs in this JVM. A query then costs little, so that a caller may
   * send one for each application of a list. Otherwise each query is a request to another server.
   */
  default boolean isLocal() {
    return true;
  }

  /**
   * The catalog as the sender of this request gets it, with the credentials of the request. Callers
   * may use it after the end of the request.
   */
  default HistoryCatalog forCaller(HttpServletRequest request) {
    return this;
  }

  /**
   * The fields of the entries in the History Server's own list. They may be a minute old. Empty
   * only if the History Server lists no application yet, or does not respond.
   *
   * @throws RuntimeException if the History Server does not respond
   */
  default Optional<EntryFields> entryFields() {
    return Optional.empty();
  }

  /**
   * The newest attempt of an application, if the History Server distinguishes its attempts: its
   * pages are then under {@code /history/<id>/<attempt>/} and nowhere else.
   */
  Optional<String> newestAttempt(ApplicationId id);

  /**
   * Whether the History Server has scanned its directory of event logs since that moment, and has
   * read the logs that it found; true if that cannot be determined. At its end an application
   * renames its log: until such a scan, the History Server searches for the log under its old name,
   * in vain.
   *
   * @throws RuntimeException if the History Server does not respond
   */
  default boolean hasScannedSince(Instant moment) {
    return true;
  }

  /**
   * The address of the driver in the event log of an application; empty if the log does not contain
   * it, or has not grown for a long time. This method is slow: the History Server replays the log.
   *
   * @throws RuntimeException if the History Server does not respond
   */
  Optional<EventLogEndpoint> loggedDriver(ApplicationId id);
}
