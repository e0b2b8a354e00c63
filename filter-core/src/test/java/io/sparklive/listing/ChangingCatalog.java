package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.history.CatalogStatus;
import io.sparklive.history.EntryFields;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.LoggedDriver;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A catalog whose knowledge a test decides. */
final class ChangingCatalog implements HistoryCatalog {
  private final Map<String, CatalogStatus> known = new HashMap<>();

  private Optional<EntryFields> fields = Optional.empty();
  private boolean isElsewhere;
  private int questions;

  void writes(EntryFields entries) {
    fields = Optional.of(entries);
  }

  void learn(String id, CatalogStatus knowledge) {
    known.put(id, knowledge);
  }

  /** From now on it is the catalog of a History Server elsewhere. */
  void moveAway() {
    isElsewhere = true;
  }

  @Override
  public boolean isAtHand() {
    return !isElsewhere;
  }

  /** The number of queries for one application. */
  int questions() {
    return questions;
  }

  @Override
  public CatalogStatus knowledgeOf(ApplicationId id) {
    questions++;
    return known.getOrDefault(id.value(), CatalogStatus.UNKNOWN);
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
  public Optional<LoggedDriver> loggedDriver(ApplicationId id) {
    return Optional.empty();
  }
}
