// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.RemoteHistoryCatalog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A catalog whose entries a test sets. */
final class ChangingCatalog implements HistoryCatalog {
  private final Map<String, CatalogStatus> entries = new HashMap<>();

  private Optional<EntryFields> fields = Optional.empty();
  private int queries;

  void setEntryFields(EntryFields entries) {
    fields = Optional.of(entries);
  }

  void setStatus(String id, CatalogStatus status) {
    entries.put(id, status);
  }

  /** This catalog as that of a remote History Server. */
  HistoryCatalog remote() {
    return new Remote();
  }

  /** The number of queries for one application. */
  int queries() {
    return queries;
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    queries++;
    return entries.getOrDefault(id.value(), CatalogStatus.UNKNOWN);
  }

  @Override
  public Optional<EntryFields> entryFields() {
    return fields;
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return Optional.empty();
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    return Optional.empty();
  }

  private final class Remote implements RemoteHistoryCatalog {
    @Override
    public CatalogStatus status(ApplicationId id, Freshness freshness) {
      return ChangingCatalog.this.status(id, freshness);
    }

    @Override
    public boolean isComplete(ApplicationId id) {
      return ChangingCatalog.this.isComplete(id);
    }

    @Override
    public boolean isListed(ApplicationId id) {
      return ChangingCatalog.this.isListed(id);
    }

    @Override
    public Optional<String> newestAttempt(ApplicationId id) {
      return Optional.empty();
    }

    @Override
    public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
      return Optional.empty();
    }
  }
}
