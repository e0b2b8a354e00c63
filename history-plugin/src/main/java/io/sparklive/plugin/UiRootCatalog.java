// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.LogScan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.spark.deploy.history.HistoryServer;
import org.apache.spark.status.api.v1.ApplicationAttemptInfo;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.ui.SparkUI;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * The catalog of the History Server in this JVM. It reads the same listing as the pages of the
 * History Server; one entry takes some tens of microseconds.
 */
final class UiRootCatalog implements HistoryCatalog {
  // The event log of a killed driver never gets an end.
  private static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private static final Duration UNKNOWN_TTL = Duration.ofSeconds(1);
  private static final int MOST_UNKNOWN = 20_000;
  // For fewer ids, a switch to another thread takes longer than the query.
  private static final int FEW = 16;

  private final HistoryServer uiRoot;
  private final OwnEntries ownEntries;
  private final ExpiringCache<ApplicationId, CatalogStatus> unknown;

  UiRootCatalog(HistoryServer uiRoot) {
    this.uiRoot = uiRoot;
    this.ownEntries = new OwnEntries(uiRoot);
    this.unknown = new ExpiringCache<>(MOST_UNKNOWN, UNKNOWN_TTL, InstantSource.system());
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    return freshness == Freshness.RECENT ? unknown.get(id).orElseGet(() -> query(id)) : query(id);
  }

  private CatalogStatus query(ApplicationId id) {
    CatalogStatus status =
        newest(id)
            .map(attempt -> attempt.completed() ? CatalogStatus.COMPLETE : CatalogStatus.INCOMPLETE)
            .orElse(CatalogStatus.UNKNOWN);
    if (status == CatalogStatus.UNKNOWN) {
      unknown.put(id, status);
    } else {
      unknown.remove(id);
    }
    return status;
  }

  @Override
  public Map<ApplicationId, CatalogStatus> status(
      Collection<ApplicationId> ids, Freshness freshness) {
    if (freshness == Freshness.CURRENT) {
      return join(statusAsync(ids));
    }
    Map<ApplicationId, CatalogStatus> all = unknown.getAll(ids);
    all.putAll(status(ids.stream().filter(id -> !all.containsKey(id)).toList(), Freshness.CURRENT));
    return all;
  }

  private static Map<ApplicationId, CatalogStatus> join(
      CompletableFuture<Map<ApplicationId, CatalogStatus>> status) {
    try {
      return status.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the catalog does not respond", e.getCause());
    }
  }

  /**
   * For each unknown id, Spark creates an exception. Its cost is the depth of the stack: the stack
   * of a request is ten times as deep as that of a thread of a pool.
   */
  @Override
  public CompletableFuture<Map<ApplicationId, CatalogStatus>> statusAsync(
      Collection<ApplicationId> ids) {
    Supplier<Map<ApplicationId, CatalogStatus>> query =
        () -> HistoryCatalog.super.status(ids, Freshness.CURRENT);
    return ids.size() < FEW
        ? CompletableFuture.supplyAsync(query, Runnable::run)
        : CompletableFuture.supplyAsync(query);
  }

  @Override
  public Optional<EntryFields> entryFields() {
    return Optional.of(ownEntries.fields());
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return newest(id).map(ApplicationAttemptInfo::attemptId).flatMap(UiRootCatalog::present);
  }

  @Override
  public boolean hasScannedSince(Instant moment) {
    // In this order: a scan submits the logs that it has found before it reports its end.
    long began = uiRoot.getLastUpdatedTime();
    int underProcess = uiRoot.getEventLogsUnderProcess();
    // A provider of another kind scans nothing, and reports 0.
    return began == 0 || new LogScan(Instant.ofEpochMilli(began), underProcess).covers(moment);
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    Instant oldest = Instant.now().minus(LONGEST_PAUSE);
    return newest(id)
        .filter(attempt -> attempt.lastUpdated().toInstant().isAfter(oldest))
        .map(attempt -> uiRoot.withSparkUI(id.value(), attempt.attemptId(), this::settings))
        .flatMap(EventLogEndpoint::in);
  }

  private Map<String, String> settings(SparkUI ui) {
    Map<String, String> settings = new HashMap<>();
    Iterator<Tuple2<String, String>> all =
        ui.store().environmentInfo().sparkProperties().iterator();
    while (all.hasNext()) {
      Tuple2<String, String> setting = all.next();
      settings.put(setting._1(), setting._2());
    }
    return settings;
  }

  private static <T> Optional<T> present(Option<T> option) {
    return option.isDefined() ? Optional.of(option.get()) : Optional.empty();
  }

  /** Spark lists the newest attempt first, and its status is that of the application. */
  private Optional<ApplicationAttemptInfo> newest(ApplicationId id) {
    return present(uiRoot.getApplicationInfo(id.value())).map(info -> newestOf(info));
  }

  private static ApplicationAttemptInfo newestOf(ApplicationInfo info) {
    return info.attempts().apply(0);
  }
}
