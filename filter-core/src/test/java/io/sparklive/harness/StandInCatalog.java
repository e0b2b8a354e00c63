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

/** What the History Server knows, as the test says. */
public final class StandInCatalog implements HistoryCatalog {
  private final Map<String, CatalogStatus> known = new ConcurrentHashMap<>();
  private final Map<String, String> attempts = new ConcurrentHashMap<>();
  private final Map<String, EventLogEndpoint> drivers = new ConcurrentHashMap<>();
  private final Set<String> renamed = ConcurrentHashMap.newKeySet();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private volatile Optional<EntryFields> fields = Optional.empty();
  private final AtomicInteger replays = new AtomicInteger();
  private final AtomicBoolean scanned = new AtomicBoolean(true);
  private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);

  /** From now on the History Server knows this. */
  public void knows(String id, CatalogStatus status) {
    known.put(id, status);
  }

  /** From now on the entries of the History Server's list have these fields. */
  public void writes(EntryFields entries) {
    fields = Optional.of(entries);
  }

  /** From now on the application's newest attempt is this. */
  public void newestAttempt(String id, String attempt) {
    attempts.put(id, attempt);
  }

  /** From now on the event log says that its driver is there. */
  public void logsDriver(String id, EventLogEndpoint driver) {
    drivers.put(id, driver);
  }

  /**
   * From now on the History Server has scanned its logs since the end of each application, or not.
   */
  public void hasScanned(boolean has) {
    scanned.set(has);
  }

  /** From now on the History Server lists the application, but finds no log of it by its name. */
  public void renamesLog(String id) {
    renamed.add(id);
  }

  /** From now on the History Server has no entry of the application any more. */
  public void losesEntry(String id) {
    renamed.add(id);
    lost.add(id);
  }

  /** What the History Server itself responds with for an application. */
  Optional<CatalogStatus> listed(String id) {
    return Optional.ofNullable(known.get(id)).filter(entry -> !lost.contains(id));
  }

  boolean isRenamed(String id) {
    return renamed.contains(id);
  }

  /** How often an event log was replayed. */
  public int replays() {
    return replays.get();
  }

  /** From now on every question but so many fails. */
  public void failsAfter(int answers) {
    answersLeft.set(answers);
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    failIfDue();
    return known.getOrDefault(id.value(), CatalogStatus.UNKNOWN);
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
    if (answersLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      throw new IllegalStateException("the stand-in catalog fails, as the test wants it");
    }
  }
}
