// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import io.sparklive.application.ApplicationId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The catalog of a History Server in another process: each query is a request. For many
 * applications, an implementation uses lists that it requests every few seconds.
 */
public interface RemoteHistoryCatalog extends HistoryCatalog {
  @Override
  boolean isComplete(ApplicationId id);

  @Override
  boolean isListed(ApplicationId id);

  @Override
  default boolean isLocal() {
    return false;
  }

  @Override
  default boolean mayBeUnlisted(ApplicationId id) {
    return !isComplete(id);
  }

  /** To determine whether a running application is unknown would take a request for each. */
  @Override
  default Map<ApplicationId, CatalogStatus> statusForMerge(
      Collection<ApplicationId> running, Collection<ApplicationId> ended) {
    Map<ApplicationId, CatalogStatus> status = new HashMap<>();
    Stream.concat(running.stream(), ended.stream())
        .forEach(
            id -> status.put(id, isComplete(id) ? CatalogStatus.COMPLETE : CatalogStatus.UNKNOWN));
    ended.stream()
        .filter(id -> status.get(id) != CatalogStatus.COMPLETE)
        .filter(this::isListed)
        .forEach(id -> status.put(id, CatalogStatus.INCOMPLETE));
    return status;
  }
}
