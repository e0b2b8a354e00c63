// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A catalog whose content a test sets. */
public final class StandInCatalog implements HistoryCatalog {
  private final Map<String, CatalogStatus> statuses = new ConcurrentHashMap<>();
  private final Map<String, String> attempts = new ConcurrentHashMap<>();
  private final Map<String, EventLogEndpoint> drivers = new ConcurrentHashMap<>();
  private final Set<String> renamed = ConcurrentHashMap.newKeySet();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
  private volatile Optional<EntryFields> fields = Optional.empty();
  private final AtomicInteger replays = new AtomicInteger();
  private final AtomicBoolean scanned = new AtomicBoolean(true);
  private final AtomicInteger queriesLeft = new AtomicInteger(Integer.MAX_VALUE);

  /** Sets the status of an application; without it, the application is unstatuses. */
  public void setStatus(String id, CatalogStatus status) {
    statuses.put(id, status);
  }

  /** Sets the fields of the entries of the History Server's list. */
  public void setEntryFields(EntryFields entries) {
    fields = Optional.of(entries);
  }

  /** Sets the newest attempt of an application. */
  public void setNewestAttempt(String id, String attempt) {
    attempts.put(id, attempt);
  }

  /** Sets the driver that the event log of an application names. */
  public void setLoggedDriver(String id, EventLogEndpoint driver) {
    drivers.put(id, driver);
  }

  /** Sets whether the History Server has scanned its logs since the end of each application. */
  public void setScanned(boolean isScanned) {
    scanned.set(isScanned);
  }

  /** Renames the log: the History Server lists the application, but does not find its log. */
  public void renameLog(String id) {
    renamed.add(id);
  }

  /** Makes the History Server fail to read the log, that number of times. */
  public void failToRead(String id, int times) {
    failures.put(id, new AtomicInteger(times));
  }

  boolean failsToRead(String id) {
    AtomicInteger left = failures.get(id);
    return left != null && left.getAndDecrement() > 0;
  }

  /** Removes the entry of an application from the responses of the History Server. */
  public void removeEntry(String id) {
    renamed.add(id);
    lost.add(id);
  }

  /** The status by which the History Server itself responds; empty if it lists no entry. */
  Optional<CatalogStatus> listed(String id) {
    return Optional.ofNullable(statuses.get(id)).filter(entry -> !lost.contains(id));
  }

  boolean isRenamed(String id) {
    return renamed.contains(id);
  }

  /** The number of replays of event logs. */
  public int replays() {
    return replays.get();
  }

  /** Makes every query fail after this number of queries. */
  public void failAfter(int queries) {
    queriesLeft.set(queries);
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    failIfDue();
    return statuses.getOrDefault(id.value(), CatalogStatus.UNKNOWN);
  }

  @Override
  public Optional<EntryFields> entryFields() {
    return fields;
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    failIfDue();
    return Optional.ofNullable(attempts.get(id.value()));
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    failIfDue();
    replays.incrementAndGet();
    return Optional.ofNullable(drivers.get(id.value()));
  }

  @Override
  public boolean hasScannedSince(Instant moment) {
    failIfDue();
    return scanned.get();
  }

  private void failIfDue() {
    if (queriesLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      throw new IllegalStateException("the fake catalog fails, as the test demands");
    }
  }
}
